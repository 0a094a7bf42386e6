import { inputSchema } from "../platform/input.ts";
import { text } from "../platform/input-fields.ts";

/** The input of a replay. */
export const replayInput = inputSchema({ trace: text("The file that deploy --record has written.") });
