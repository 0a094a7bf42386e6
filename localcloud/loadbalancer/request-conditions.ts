/**
 * What a rule's conditions say of a request.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
 */
import type { IncomingMessage } from "node:http";
import { BlockList } from "node:net";
import { hostNameOf, pathOf, queryOf } from "./request-target.ts";
import { type PatternOptions, type TextMatch, wildcardPattern } from "./wildcard-pattern.ts";

interface ConditionOn<Field extends string, Value = string> {
  readonly field: Field;
  /** One of them must match. */
  readonly values: readonly Value[];
}

/** A parameter of the query; without a key, one of any key. */
export interface QueryParameter {
  readonly key?: string;
  readonly value: string;
}

export type RequestCondition =
  | ConditionOn<"path-pattern">
  | ConditionOn<"host-header">
  | (ConditionOn<"http-header"> & { readonly name: string })
  | ConditionOn<"http-request-method">
  | ConditionOn<"query-string", QueryParameter>
  /** CIDR blocks. */
  | ConditionOn<"source-ip">;

/** What rules look at. */
export type RoutedRequest = Pick<IncomingMessage, "method" | "url" | "headers" | "headersDistinct"> & {
  readonly socket: { readonly remoteAddress?: string | undefined };
};

export type RequestMatch = (request: RoutedRequest) => boolean;

/** Done once for a rule, so that a request costs only the comparison. */
export function requestMatch(condition: RequestCondition): RequestMatch {
  switch (condition.field) {
    case "path-pattern": {
      const match = oneOf(condition.values);
      return ({ url }) => match(pathOf(url));
    }
    case "host-header": {
      const match = oneOf(condition.values, { ignoreCase: true });
      return ({ headers }) => match(hostNameOf(headers.host));
    }
    case "http-header": {
      const match = oneOf(condition.values, { ignoreCase: true });
      const name = condition.name.toLowerCase();
      return ({ headersDistinct }) => headersDistinct[name]?.some(match) ?? false;
    }
    case "http-request-method":
      return ({ method }) => condition.values.includes(method ?? "");
    case "query-string":
      return queryMatch(condition.values);
    case "source-ip":
      return sourceMatch(condition.values);
  }
}

function oneOf(patterns: readonly string[], options?: PatternOptions): TextMatch {
  const matches = patterns.map((pattern) => wildcardPattern(pattern, options));
  return (text) => matches.some((match) => match(text));
}

/** Compared as they are sent, percent-encoded: the pages say nothing of decoding. */
function queryMatch(parameters: readonly QueryParameter[]): RequestMatch {
  const options = { ignoreCase: true, escapes: true };
  const wanted = parameters.map(({ key, value }) => ({
    key: key === undefined ? () => true : wildcardPattern(key, options),
    value: wildcardPattern(value, options),
  }));
  return ({ url }) => {
    const sent = queryOf(url).split("&").map(keyAndValue);
    return wanted.some((parameter) => sent.some(([key, value]) => parameter.key(key) && parameter.value(value)));
  };
}

function keyAndValue(parameter: string): [key: string, value: string] {
  const equals = parameter.indexOf("=");
  return equals < 0 ? [parameter, ""] : [parameter.slice(0, equals), parameter.slice(equals + 1)];
}

/** The address that connected; X-Forwarded-For does not count. */
function sourceMatch(blocks: readonly string[]): RequestMatch {
  const list = new BlockList();
  for (const block of blocks) {
    const [address = "", bits = ""] = block.split("/");
    list.addSubnet(address, Number(bits), familyOf(address));
  }
  return ({ socket: { remoteAddress = "" } }) => list.check(remoteAddress, familyOf(remoteAddress));
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return address.includes(":") ? "ipv6" : "ipv4";
}
