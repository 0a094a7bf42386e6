import * as v from "valibot";
import { expect, it } from "vitest";
import { describeWithEngine, engine, nodeImage, testLabel } from "./engine.fixture.ts";

describeWithEngine("the image that tests start from", () => {
  it("runs this Node", async () => {
    const { Id } = await engine().json(v.object({ Id: v.string() }), "POST", "/containers/create", {
      body: { Image: await nodeImage(), Cmd: ["node", "-e", "process.exitCode = 7"], Labels: testLabel() },
    });
    await engine().call("POST", `/containers/${Id}/start`);
    const ended = await engine().json(v.object({ StatusCode: v.number() }), "POST", `/containers/${Id}/wait`);
    await engine().call("DELETE", `/containers/${Id}`);
    expect(ended.StatusCode).toBe(7);
  });
});
