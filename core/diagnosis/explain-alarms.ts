import type { TriggeredAlarm } from "./alarms.ts";
import type { Explanation } from "./explanation.ts";

/** The alarms that failed a deployment, if any did: whatever its tasks died of, this is what ECS acted on. */
export function explainAlarms([first, ...others]: readonly TriggeredAlarm[]): Explanation | undefined {
  if (first === undefined) return undefined;
  const also = others.length === 0 ? "" : `, also ${others.map(({ name }) => name).join(", ")}`;
  return {
    cause: "alarm",
    why: `alarm ${first.name} went to ALARM${also}${first.reason === "" ? "" : `: ${first.reason}`}`,
    fix: `correct what set off alarm ${first.name}, and deploy again`,
  };
}
