import { expect, it } from "vitest";
import { rehearsalEndpoint } from "./rehearsal.ts";

const local = "http://127.0.0.1:4566";

it.each([
  [{}, undefined],
  [{ AWS_ENDPOINT_URL: "" }, undefined],
  [{ AWS_ENDPOINT_URL: "https://ecs.eu-west-1.amazonaws.com" }, undefined],
  [{ AWS_ENDPOINT_URL: "https://ecs.cn-north-1.amazonaws.com.cn/" }, undefined],
  [{ AWS_ENDPOINT_URL: local }, local],
  [{ AWS_ENDPOINT_URL: "https://ecs.eu-west-1.amazonaws.com", AWS_ENDPOINT_URL_ECS: local }, local],
  [{ AWS_ENDPOINT_URL: "http://amazonaws.com.example.org" }, "http://amazonaws.com.example.org"],
])("%j is %j", (environment, endpoint) => {
  expect(rehearsalEndpoint(environment)).toBe(endpoint);
});
