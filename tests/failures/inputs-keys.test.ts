/** Every key of every level, with every kind of slip of one letter. In process: thousands of them. */
import { expect, it } from "vitest";
import { checkTaskDefinition } from "../../core/task-definition/check.ts";
import { levels } from "./inputs-keys.failures.ts";

const slips: Readonly<Record<string, (name: string, at: number) => string>> = {
  "left out": (name, at) => name.slice(0, at) + name.slice(at + 1),
  doubled: (name, at) => name.slice(0, at + 1) + name.slice(at),
  swapped: (name, at) => name.slice(0, at) + (name[at + 1] ?? "") + (name[at] ?? "") + name.slice(at + 2),
  "another one": (name, at) => `${name.slice(0, at)}q${name.slice(at + 1)}`,
  "the wrong case": (name, at) => name.slice(0, at) + otherCase(name[at] ?? "") + name.slice(at + 1),
};

it.each(Object.entries(slips))("a letter that is %s is an error with its path and what was meant", async (_, slip) => {
  let tried = 0;
  for (const { path, keys, around } of await levels()) {
    for (const wrong of keys.flatMap((key) => slipped(key, slip)).filter((each) => !keys.includes(each))) {
      const document = around({ [wrong]: "" });
      const error = await checkTaskDefinition({ name: "taskdef.json", document }).catch((thrown: unknown) => thrown);
      expect(error, `${path}: ${wrong}`).toMatchObject({
        code: "TASK_DEFINITION_UNKNOWN_KEY",
        message: `taskdef.json: ${path === "" ? "" : `${path}.`}${wrong}: unknown key`,
        remedy: expect.stringMatching(/^Did you mean "\w+"\? Nothing was registered or updated\.$/),
      });
      tried += 1;
    }
  }
  expect(tried).toBeGreaterThan(1_000);
});

function slipped(key: string, slip: (name: string, at: number) => string): readonly string[] {
  return [...new Set([...key].map((_, at) => slip(key, at)))].filter((wrong) => wrong !== key && wrong !== "");
}

function otherCase(letter: string): string {
  return letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
}
