import { describe, expect, it } from "vitest";
import { givenInputs } from "./given-inputs.ts";

const known = {
  fields: [{ name: "task-definition" }, { name: "service" }, { name: "wait-until" }],
  fixed: [{ name: "push", description: "", value: "true" as const, why: "It always pushes." }],
  notBuilt: ["run-task-assign-public-IP", "codedeploy-appspec"],
};

describe("givenInputs", () => {
  it("takes what the runner makes of `with:`, without what is empty", () => {
    const environment = {
      "INPUT_TASK-DEFINITION": " a.json\n",
      INPUT_SERVICE: "",
      "INPUT_CODEDEPLOY-APPSPEC": " ",
      INPUT_PUSH: "True",
      PATH: "/bin",
    };
    expect(givenInputs(environment, known)).toEqual({ "task-definition": "a.json" });
  });

  it.each([
    ["INPUT_SERVCE", "web", "servce: there is no such input, did you mean service?"],
    ["INPUT_TASK_DEFINITION", "a", "task_definition: there is no such input, did you mean task-definition?"],
    ["INPUT_SERVCE", "", "servce: there is no such input, did you mean service?"],
    ["INPUT_CODEDEPLOY-APSPEC", "a", "codedeploy-apspec: there is no such input, did you mean codedeploy-appspec?"],
    ["INPUT_SPEED", "9", "speed: there is no such input"],
    ["INPUT_CODEDEPLOY-APPSPEC", "a", "codedeploy-appspec: this action does not have this input yet"],
    ["INPUT_PUSH", "false", "push: can only be true"],
    ["INPUT_RUN-TASK-ASSIGN-PUBLIC-IP", "a", "run-task-assign-public-IP: this action does not have this input yet"],
  ])("refuses %s=%j by name", (variable, value, message) => {
    expect(() => givenInputs({ [variable]: value }, known)).toThrow(
      expect.objectContaining({ code: "INPUT_INVALID", message }),
    );
  });
});
