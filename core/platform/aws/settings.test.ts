import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { ECSClient, ListClustersCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, it } from "vitest";
import { JumpingClock } from "../jumping-clock.fixture.ts";
import { endpointOf } from "./endpoint.ts";
import { AnswerLost, CallEnded } from "./failures.ts";
import { type ClientSettings, caller, sdkConfig } from "./settings.ts";
import { UnreadableAnswer } from "./unreadable-answer.ts";

interface Wired {
  /** Calls ECS and Elastic Load Balancing, which speak JSON and XML. */
  readonly list: () => Promise<{ clusterArns?: string[] | undefined }>;
  readonly groups: () => Promise<object>;
  readonly update: (once: boolean, until?: AbortSignal) => Promise<object>;
  readonly endpoint: string;
}

/** The wrappers, wired to a server that answers as `listener` does. */
async function wired(
  { signing = () => {}, ...settings }: ClientSettings & { readonly signing?: () => void },
  listener: RequestListener,
  work: (wired: Wired) => Promise<void>,
) {
  await using server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = {
    ...sdkConfig({ region: "us-east-1", ...settings }),
    endpoint,
    credentials: async () => {
      signing();
      return { accessKeyId: "test", secretAccessKey: "test" };
    },
  };
  const [ecs, elb] = [new ECSClient(config), new ElasticLoadBalancingV2Client(config)];
  const all = { clock: new JumpingClock(0), ...settings };
  const [callEcs, callElb] = [caller("ecs", ecs, all), caller("elasticloadbalancing", elb, all)];
  const update = callEcs(UpdateServiceCommand);
  try {
    await work({
      endpoint,
      list: () => callEcs(ListClustersCommand)({}),
      groups: () => callElb(DescribeTargetGroupsCommand)({}),
      update: (once, until) => update({ service: "web" }, { once, until }),
    });
  } finally {
    ecs.destroy();
    elb.destroy();
    server.closeAllConnections();
  }
}

const json = { "content-type": "application/x-amz-json-1.1" };
/** Answers, after as many requests that go wrong. */
function goesWrong(times: number, wrong: RequestListener): RequestListener & { requests: number } {
  const listener = Object.assign(
    (...[request, response]: Parameters<RequestListener>) => {
      listener.requests += 1;
      if (listener.requests <= times) wrong(request, response);
      else response.writeHead(200, json).end('{"clusterArns":["a"]}');
    },
    { requests: 0 },
  );
  return listener;
}

describe("a call", () => {
  it.each<[string, RequestListener]>([
    ["is not answered in time, where the SDK would wait for ever", () => {}],
    ["is answered in part, and then no more", (_, response) => response.writeHead(200, json).write('{"clusterArns":')],
    ["is answered with half an answer", (_, response) => response.writeHead(200, json).end('{"clusterArns":["a')],
    ["is answered with nothing", (_, response) => response.end()],
    [
      "is answered by somebody else",
      (_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>"),
    ],
    ["loses its connection", (request) => request.socket.destroy()],
    ["is throttled", (_, response) => response.writeHead(400, json).end('{"__type":"ThrottlingException"}')],
  ])("is made again that %s", async (_what, wrong) => {
    const listener = goesWrong(1, wrong);
    await wired({ answerWithinMs: 100, clock: new JumpingClock(0) }, listener, async ({ list }) => {
      expect((await list()).clusterArns).toEqual(["a"]);
    });
    expect(listener.requests).toBe(2);
  });

  it.each([true, false])("is made again whose answer was lost, but where once is %s", async (once) => {
    const listener = goesWrong(1, (request) => request.socket.destroy());
    await wired({}, listener, async ({ update }) => {
      if (once) await expect(update(once)).rejects.toBeInstanceOf(AnswerLost);
      else await expect(update(once)).resolves.toBeDefined();
    });
    expect(listener.requests).toBe(once ? 1 : 2);
  });

  it("is made again after a hundred others used up what the SDK would have for all of them", async () => {
    const listener = goesWrong(100, (_, response) =>
      response.writeHead(400, json).end('{"__type":"ThrottlingException"}'),
    );
    let lost = 0;
    const thenReset: RequestListener = (request, response) => {
      if (listener.requests >= 100 && lost++ === 0) request.socket.destroy();
      else listener(request, response);
    };
    await wired({}, thenReset, async ({ list }) => {
      const answers = await Promise.all(Array.from({ length: 25 }, list));
      expect(answers.map(({ clusterArns }) => clusterArns)).toEqual(Array.from({ length: 25 }, () => ["a"]));
    });
    expect(lost).toBeGreaterThan(0);
  });
});

it("sends nothing any more where the run is ended while credentials are fetched", async () => {
  const listener = goesWrong(0, () => {});
  const run = new AbortController();
  await wired({ signing: () => run.abort() }, listener, async ({ update }) => {
    await expect(update(true, run.signal)).rejects.toBeInstanceOf(CallEnded);
  });
  expect(listener.requests).toBe(0);
});

describe("what is not AWS's answer", () => {
  it.each([
    ["a page in place of JSON", "list"],
    ["a page in place of XML, which the SDK takes for an empty answer", "groups"],
  ] as const)("is refused: %s", async (_what, operation) => {
    const page: RequestListener = (_, response) =>
      response.writeHead(200, { "content-type": "text/html" }).end("<p>Sign in</p>");
    await wired({ maxRetries: 0 }, page, async (calls) => {
      const error = await calls[operation]().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(UnreadableAnswer);
      expect(error).toMatchObject({ message: "the answer is not AWS's: text/html with status 200" });
      expect(endpointOf(error)).toBe(calls.endpoint);
    });
  });
});
