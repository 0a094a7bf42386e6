import { expect, it } from "vitest";
import { parseEcrHost } from "./ecr-host.ts";

it.each([
  ["dkr.ecr.eu-west-1.amazonaws.com", "eu-west-1"],
  ["dkr.ecr-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"],
  ["dkr-ecr.eu-west-1.on.aws", "eu-west-1"],
  ["dkr-ecr-fips.us-east-1.on.aws", "us-east-1"],
  ["dkr.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1"],
  ["dkr-ecr.cn-north-1.on.amazonwebservices.com.cn", "cn-north-1"],
  ["dkr.ecr.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"],
  ["dkr-ecr.eusc-de-east-1.on.amazonwebservices.eu", "eusc-de-east-1"],
  ["dkr.ecr.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"],
  ["dkr-ecr.us-iso-east-1.on.aws.ic.gov", "us-iso-east-1"],
  ["dkr.ecr.us-isob-east-1.sc2s.sgov.gov", "us-isob-east-1"],
  ["dkr-ecr.us-isob-east-1.on.aws.scloud", "us-isob-east-1"],
  ["dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk", "eu-isoe-west-1"],
  ["dkr-ecr.eu-isoe-west-1.on.cloud-aws.adc-e.uk", "eu-isoe-west-1"],
  ["dkr.ecr.us-isof-south-1.csp.hci.ic.gov", "us-isof-south-1"],
  ["dkr-ecr.us-isof-south-1.on.aws.hci.ic.gov", "us-isof-south-1"],
])("123456789012.%s is a registry in %s", (host, region) => {
  expect(parseEcrHost(`123456789012.${host}`)).toEqual({ registryId: "123456789012", region });
});

it.each([
  "123456789012.dkr.ecr.eu-west-1.amazonaws.com.example.org",
  "123456789012.dkr.ecr.eu-west-1.example.org",
  "x.123456789012.dkr.ecr.eu-west-1.amazonaws.com",
  "12345.dkr.ecr.eu-west-1.amazonaws.com",
  "123456789012.dkr.ecr.a.b.amazonaws.com",
  "public.ecr.aws",
])("%s is none", (host) => {
  expect(parseEcrHost(host)).toBeUndefined();
});
