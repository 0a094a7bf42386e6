/** The forms of a request's target (RFC 9112, section 3.2), and what is in it. */

const ABSOLUTE = /^https?:\/\/[^/?#]*/i;

/** Path and query as a target gets them: a proxy's absolute form loses scheme and host. */
export function originForm(url: string | undefined): string {
  if (url === undefined || url === "") return "/";
  if (url.startsWith("/") || url === "*") return url;
  const rest = url.replace(ABSOLUTE, "");
  return rest.startsWith("/") ? rest : `/${rest}`;
}

/** The path that rules match on: without the query. */
export function pathOf(url: string | undefined): string {
  const target = originForm(url);
  const query = target.indexOf("?");
  return query < 0 ? target : target.slice(0, query);
}

/** The query, without its question mark; empty where there is none. */
export function queryOf(url: string | undefined): string {
  const target = originForm(url);
  const query = target.indexOf("?");
  return query < 0 ? "" : target.slice(query + 1);
}

/** A Host header without its port, which host conditions cannot name. */
export function hostNameOf(host: string | undefined): string {
  return (host ?? "").replace(/:\d*$/, "");
}
