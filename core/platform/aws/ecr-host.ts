/** What the host of a private registry of Amazon ECR says of it. */
export interface EcrHost {
  /** The account that it belongs to. */
  readonly registryId: string;
  readonly region: string;
}

/** Those of all partitions; each with the one of its endpoints for IPv4 and IPv6. */
const suffixes = [
  ["amazonaws.com", "on.aws"],
  ["amazonaws.com.cn", "on.amazonwebservices.com.cn"],
  ["amazonaws.eu", "on.amazonwebservices.eu"],
  ["c2s.ic.gov", "on.aws.ic.gov"],
  ["sc2s.sgov.gov", "on.aws.scloud"],
  ["cloud.adc-e.uk", "on.cloud-aws.adc-e.uk"],
  ["csp.hci.ic.gov", "on.aws.hci.ic.gov"],
].flat();

const form = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.([a-z0-9.-]+)$/;

/**
 * Reads the host of a registry; `undefined` where it is none of Amazon ECR's. No region is in two partitions.
 * https://docs.aws.amazon.com/general/latest/gr/ecr.html
 */
export function parseEcrHost(host: string): EcrHost | undefined {
  const [, registryId, region, suffix = ""] = form.exec(host) ?? [];
  if (registryId === undefined || region === undefined || !suffixes.includes(suffix)) return undefined;
  return { registryId, region };
}
