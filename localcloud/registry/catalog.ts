/** Listing repositories: https://distribution.github.io/distribution/spec/api/#catalog. To Amazon ECR it is DescribeRepositories. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { EcrStore } from "../services/ecr/store.ts";
import { answerJson } from "./exchange.ts";
import { listPage } from "./list-page.ts";

export function listRepositories(
  store: EcrStore,
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
): void {
  const names = store.repositories().map(({ settings }) => settings.name);
  const { items, link } = listPage(names, query, `http://${request.headers.host}/v2/_catalog`);
  answerJson(response, { repositories: items }, link);
}
