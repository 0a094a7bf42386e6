/** Parameters as Systems Manager shows them. */
import type { ParameterMetadata, Parameter as ParameterShape } from "@aws-sdk/client-ssm";
import type { Parameter, ParameterStore, ReadParameter } from "./parameter-store.ts";

export function parameterShape(
  store: ParameterStore,
  { parameter, version, reference }: ReadParameter,
  decrypt: boolean,
): ParameterShape {
  const isSealed = version.type === "SecureString" && !decrypt;
  return {
    Name: parameter.name,
    Type: version.type,
    Value: isSealed ? store.encrypted(version.value) : version.value,
    Version: version.version,
    ...(reference.selector === undefined ? {} : { Selector: `:${reference.selector}` }),
    LastModifiedDate: version.modifiedAt,
    ARN: parameter.arn,
    DataType: "text",
  };
}

export function parameterMetadata({ name, arn, versions }: Parameter): ParameterMetadata {
  const newest = versions.at(-1);
  return {
    Name: name,
    ARN: arn,
    Type: newest?.type,
    ...(newest?.type === "SecureString" ? { KeyId: "alias/aws/ssm" } : {}),
    LastModifiedDate: newest?.modifiedAt,
    LastModifiedUser: newest?.modifiedBy,
    ...(newest?.description === undefined ? {} : { Description: newest.description }),
    Version: newest?.version,
    Tier: newest?.tier,
    Policies: [],
    DataType: "text",
  };
}
