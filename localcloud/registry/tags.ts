/** Listing tags. https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#listing-tags */
import { answerJson, type Endpoint, location } from "./exchange.ts";
import { listPage } from "./list-page.ts";

export const listTags: Endpoint = (exchange) => {
  const { repository, query, response } = exchange;
  const { items, link } = listPage([...repository.tags.keys()], query, location(exchange, "tags/list"));
  answerJson(response, { name: repository.settings.name, tags: items }, link);
};
