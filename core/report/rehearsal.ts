/**
 * The endpoint that calls to Amazon ECS go to, where it is not AWS; `undefined` where it is.
 * @param environment as the SDK reads it
 */
export function rehearsalEndpoint(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const endpoint = environment.AWS_ENDPOINT_URL_ECS || environment.AWS_ENDPOINT_URL;
  if (!endpoint || /^https?:\/\/[^/]*\.(amazonaws\.com|amazonaws\.com\.cn|aws)(:|\/|$)/.test(endpoint))
    return undefined;
  return endpoint;
}
