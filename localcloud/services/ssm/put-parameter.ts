/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
import type { ParameterTier, PutParameterRequest, PutParameterResult } from "@aws-sdk/client-ssm";
import { constraint, invalid, notImplemented, ssmError } from "./errors.ts";
import { checkName } from "./parameter-name.ts";
import type { Parameter, ParameterStore } from "./parameter-store.ts";
import { checkedTags } from "./tags.ts";

const STANDARD_BYTES = 4096;
const ADVANCED_BYTES = 8192;
const TYPES = ["String", "StringList", "SecureString"] as const;
const TIERS = ["Standard", "Advanced", "Intelligent-Tiering"];

/** @param putBy the ARN of the caller. */
export function putParameter(store: ParameterStore, input: PutParameterRequest, putBy: string): PutParameterResult {
  const { Name: name = "", Value: value = "", Description: description } = input;
  refuseUnsupported(input);
  checkName(name);
  if (value.length === 0) throw constraint(value, "value", "have length greater than or equal to 1");
  if ((description?.length ?? 0) > 1024)
    throw constraint(description, "description", "have length less than or equal to 1024");
  const existing = store.find(name);
  refuseOverwriting(existing, input);
  const type = TYPES.find((known) => known === (input.Type ?? existing?.versions.at(-1)?.type));
  if (type === undefined && input.Type === undefined)
    throw invalid("A parameter type is required when you create a parameter.");
  if (type === undefined)
    throw ssmError("UnsupportedParameterType", `The parameter type ${input.Type} isn't supported.`);
  refuseOtherType(existing, type);
  const tags = checkedTags(input.Tags ?? []);
  const tier = tierOf(input.Tier, existing?.versions.at(-1)?.tier, value);
  const { version } = store.put(name, { value, type, tier, description, modifiedBy: putBy });
  const parameter = store.find(name);
  if (existing === undefined && parameter !== undefined) parameter.tags = tags;
  return { Version: version, Tier: tier };
}

function refuseUnsupported({ AllowedPattern, Policies, KeyId, DataType }: PutParameterRequest): void {
  if (AllowedPattern) throw notImplemented("AllowedPattern of ssm:PutParameter");
  if (Policies) throw notImplemented("Policies of ssm:PutParameter");
  if (KeyId !== undefined && KeyId !== "alias/aws/ssm") throw notImplemented(`the KMS key ${KeyId}`);
  if (DataType !== undefined && DataType !== "text") throw notImplemented(`the data type ${DataType}`);
}

function refuseOverwriting(existing: Parameter | undefined, { Overwrite, Tags = [] }: PutParameterRequest): void {
  if (existing === undefined) return;
  if (Overwrite !== true)
    throw ssmError(
      "ParameterAlreadyExists",
      "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
    );
  if (Tags.length > 0)
    throw invalid(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    );
}

function refuseOtherType(existing: Parameter | undefined, type: string): void {
  const before = existing?.versions.at(-1)?.type;
  if (before !== undefined && before !== type)
    throw ssmError(
      "HierarchyTypeMismatchException",
      `The parameter's type ${before} can't be changed to ${type}: make a new parameter.`,
    );
}

/** An advanced parameter stays one. */
function tierOf(given: string | undefined, before: ParameterTier | undefined, value: string): ParameterTier {
  const asked = given ?? before;
  if (asked !== undefined && !TIERS.includes(asked))
    throw constraint(asked, "tier", `satisfy enum value set: [${TIERS.join(", ")}]`);
  const bytes = Buffer.byteLength(value);
  if (bytes > ADVANCED_BYTES)
    throw invalid(`Advanced tier parameters support a maximum parameter value of ${ADVANCED_BYTES} characters.`);
  if (before === "Advanced" && asked === "Standard")
    throw invalid(
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.",
    );
  if (bytes <= STANDARD_BYTES) return asked === "Advanced" || before === "Advanced" ? "Advanced" : "Standard";
  if (asked === undefined || asked === "Standard")
    throw invalid(
      `Standard tier parameters support a maximum parameter value of ${STANDARD_BYTES} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html`,
    );
  return "Advanced";
}
