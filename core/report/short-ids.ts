/** What distinguishes a task. */
export function shortTaskId(id: string): string {
  return id.length > 8 ? `${id.slice(0, 4)}…` : id;
}

/** AWS's words with long identifiers shortened to what distinguishes them; `--json` has them in full. */
export function shortIds(text: string): string {
  return text
    .replace(/arn:aws[\w-]*:elasticloadbalancing:[^:\s]*:\d*:targetgroup\/([\w-]+)\/[0-9a-f]+/g, "$1")
    .replace(/\b[0-9a-f]{32}\b/g, shortTaskId)
    .replace(/sha256:([0-9a-f]{6})[0-9a-f]{58}/g, "sha256:$1…");
}
