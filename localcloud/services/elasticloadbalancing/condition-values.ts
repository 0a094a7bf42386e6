/** The values that conditions can have. Each check answers them, or throws ValidationError. */
import { isIP } from "node:net";
import type { QueryStringKeyValuePair } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { QueryParameter } from "../../loadbalancer/request-conditions.ts";
import { validationError } from "./errors.ts";

const MAX_LENGTH = 128;
const MAX_NAME = 40;

/** The characters that a path pattern can have, with `*` and `?`. */
const PATH = /^[A-Za-z0-9_\-.$/~"'@:+&*?]+$/;
/** With a dot at least, and nothing but letters (and wildcards) behind the last. */
const HOST = /^[A-Za-z0-9\-.*?]*\.[A-Za-z*?]+$/;
/** RFC 9110, section 5.6.2 */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const METHOD = /^[A-Z_-]+$/;
const PRINTABLE = /^[ -~]+$/;

export function checkPaths(values: readonly string[] | undefined): string[] {
  return checked(values, "path pattern", (value) => PATH.test(value));
}

export function checkHosts(values: readonly string[] | undefined): string[] {
  return checked(values, "host name", (value) => HOST.test(value));
}

export function checkHeaderName(name = ""): string {
  if (name.length > MAX_NAME || !TOKEN.test(name)) throw validationError(`The HTTP header name '${name}' is not valid`);
  if (name.toLowerCase() === "host")
    throw validationError("The host header cannot be used in an http-header condition; use a host-header condition");
  return name;
}

export function checkHeaderValues(values: readonly string[] | undefined): string[] {
  return checked(values, "HTTP header value", (value) => PRINTABLE.test(value));
}

export function checkMethods(values: readonly string[] | undefined): string[] {
  return checked(values, "HTTP request method", (value) => value.length <= MAX_NAME && METHOD.test(value));
}

export function checkSources(values: readonly string[] | undefined): string[] {
  return checked(values, "CIDR block", isBlock);
}

export function checkQueryParameters(values: readonly QueryStringKeyValuePair[] | undefined): QueryParameter[] {
  const texts = (values ?? []).flatMap(({ Key, Value = "" }) => (Key === undefined ? [Value] : [Key, Value]));
  checked(texts, "query string", (text) => PRINTABLE.test(text));
  return (values ?? []).map(({ Key, Value = "" }) => ({ ...(Key === undefined ? {} : { key: Key }), value: Value }));
}

function checked(values: readonly string[] | undefined, what: string, isValid: (value: string) => boolean): string[] {
  if (values === undefined || values.length === 0) throw validationError("A condition value must be specified");
  const wrong = values.find((value) => value.length > MAX_LENGTH || !isValid(value));
  if (wrong !== undefined) throw validationError(`The ${what} '${wrong}' is not valid`);
  return [...values];
}

function isBlock(value: string): boolean {
  const [address = "", bits = "", ...more] = value.split("/");
  const version = isIP(address);
  return more.length === 0 && version !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
}
