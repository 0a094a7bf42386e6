/**
 * What the API port does not answer, whatever is asked for: a page in a browser must not reach it by a name that it
 * made resolve to this machine (DNS rebinding), nor by a cross-origin request. The port is for programs, which send the
 * address that they were given and none of a page's headers.
 */
import type { IncomingMessage } from "node:http";

/** As clients write this machine: also `localhost`, which containers of the host's network and tunnels use. */
const OWN_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;
/** A person who typed the address, or a page of the port's own. */
const OWN_SITE = new Set(["none", "same-origin"]);

/** @returns why the request is refused, as a sentence; `undefined` where it is not. */
export function foreign(request: IncomingMessage): string | undefined {
  const { url = "/", headers, headersDistinct } = request;
  const hosts = headersDistinct.host ?? [];
  const [host = ""] = hosts;
  if (hosts.length > 1) return "A request has one Host header.";
  if (!OWN_HOST.test(host))
    return `The local cloud answers to 127.0.0.1 and localhost only, not to the host ${JSON.stringify(host)}.`;
  if (!url.startsWith("/")) return "The local cloud is no proxy: a request's target is a path.";
  const site = headers["sec-fetch-site"];
  const isPage = headers.origin !== undefined || (typeof site === "string" && !OWN_SITE.has(site));
  if (isPage || isElsewhere(headers.referer)) return "The local cloud does not answer web pages.";
  return undefined;
}

/** Of browsers that do not send `Sec-Fetch-Site` yet. */
function isElsewhere(referer: string | undefined): boolean {
  if (referer === undefined) return false;
  return !URL.canParse(referer) || !OWN_HOST.test(new URL(referer).host);
}
