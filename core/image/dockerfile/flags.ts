/** The `--name=value` words at the start of an instruction, and what follows them. `--name` alone has an empty value. */
export function readFlags(text: string): { flags: ReadonlyMap<string, string>; rest: string } {
  const flags = new Map<string, string>();
  let rest = text;
  for (;;) {
    const [whole, name, value] = /^--([a-z][a-z-]*)(?:=(\S*))?(?:\s+|$)/.exec(rest) ?? [];
    if (whole === undefined || name === undefined) return { flags, rest };
    flags.set(name, value ?? "");
    rest = rest.slice(whole.length);
  }
}
