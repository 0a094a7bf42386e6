import { expect, it } from "vitest";
import { InstantClock } from "./clock.fixture.ts";
import { openRegistries } from "./ecr-registry.ts";

const own = "000000000000.dkr.ecr.eu-west-1.amazonaws.com";

it("has ECR's token for the registries of its region, by all their names, and for nobody else", async () => {
  const ecr = {
    describeRepositories: () => Promise.reject(new Error("not asked for")),
    getAuthorizationToken: async () => ({
      authorizationData: [{ authorizationToken: "dG9rZW4=", proxyEndpoint: `https://${own}` }],
      $metadata: {},
    }),
  };
  const run = { clock: new InstantClock(), signal: new AbortController().signal, environment: {} };
  const registries = await openRegistries(ecr, own, run);
  const theirs = ["111111111111.dkr.ecr.eu-west-1.amazonaws.com", "222222222222.dkr-ecr.eu-west-1.on.aws"];
  const others = ["333333333333.dkr.ecr.us-east-1.amazonaws.com", "444444444444.dkr.ecr.eu-west-1.amazonaws.com.x.org"];
  const text = [...theirs, ...others].map((host) => `FROM ${host}/base`).join("\n");
  expect(registries.passwordsFor(text)).toEqual([own, ...theirs].map((host) => ({ host, encoded: "dG9rZW4=" })));
});
