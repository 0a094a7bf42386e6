/** `arn:aws:ecs:eu-west-1:1:task-definition/web:42` → `web:42`: what follows the resource type. */
export function shortArn(arn: string): string {
  return arn.split("/").slice(1).join("/") || arn;
}

/** The last part of an ARN: a task's or deployment's own id. */
export function lastOfArn(arn: string): string {
  return arn.split("/").at(-1) ?? arn;
}

/** The region in an ARN, or `undefined` where it has none. */
export function regionOfArn(arn: string): string | undefined {
  return arn.split(":")[3] || undefined;
}
