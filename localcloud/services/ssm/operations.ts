/** AWS Systems Manager's Parameter Store. https://docs.aws.amazon.com/systems-manager/latest/APIReference */
import type { SSM } from "@aws-sdk/client-ssm";
import type { Operations, Service } from "../../gateway/service.ts";
import { describeParameters } from "./describe-parameters.ts";
import { constraint, invalid, notImplemented, parameterNotFound, ssmError } from "./errors.ts";
import { page } from "./paging.ts";
import { parameterShape } from "./parameter-shapes.ts";
import type { Parameter, ParameterStore } from "./parameter-store.ts";
import { putParameter } from "./put-parameter.ts";
import { checkedTags } from "./tags.ts";

const MOST_NAMES = 10;
const PATH_PAGE = 10;

export function ssmService(store: ParameterStore): Service {
  const operations: Operations<SSM> = {
    PutParameter: (input, { principal }) => putParameter(store, input, principal.arn),

    GetParameter: ({ Name = "", WithDecryption = false }) => ({
      Parameter: parameterShape(store, store.read(Name), WithDecryption),
    }),

    GetParameters({ Names = [], WithDecryption = false }) {
      checkNames(Names);
      const found = [...new Set(Names)].map((name) => ({ name, hit: store.tryRead(name) }));
      return {
        Parameters: found.flatMap(({ hit }) => (hit === undefined ? [] : [parameterShape(store, hit, WithDecryption)])),
        InvalidParameters: found.filter(({ hit }) => hit === undefined).map(({ name }) => name),
      };
    },

    GetParametersByPath(input) {
      const { Path = "", Recursive = false, WithDecryption = false } = input;
      if ((input.ParameterFilters ?? []).length > 0)
        throw notImplemented("ParameterFilters of ssm:GetParametersByPath");
      if (!Path.startsWith("/"))
        throw invalid(
          'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/".',
        );
      const found = store.all().filter(({ name }) => isUnder(name, Path, Recursive));
      const { items, next } = page(found, { token: input.NextToken, most: input.MaxResults, limit: PATH_PAGE });
      return {
        Parameters: items.map(({ name }) => parameterShape(store, store.read(name), WithDecryption)),
        ...(next === undefined ? {} : { NextToken: next }),
      };
    },

    DescribeParameters: (input) => describeParameters(store, input),

    DeleteParameter({ Name = "" }) {
      if (!store.delete(Name)) throw parameterNotFound();
      return {};
    },

    DeleteParameters({ Names = [] }) {
      checkNames(Names);
      const deleted = Names.filter((name) => store.delete(name));
      return { DeletedParameters: deleted, InvalidParameters: Names.filter((name) => !deleted.includes(name)) };
    },

    AddTagsToResource({ ResourceType, ResourceId, Tags = [] }) {
      const parameter = taggedParameter(store, ResourceType, ResourceId);
      const keys = Tags.map(({ Key }) => Key);
      parameter.tags = checkedTags([...parameter.tags.filter(({ Key }) => !keys.includes(Key)), ...Tags]);
      return {};
    },

    ListTagsForResource: ({ ResourceType, ResourceId }) => ({
      TagList: [...taggedParameter(store, ResourceType, ResourceId).tags],
    }),
  };
  return { signingName: "ssm", protocol: "awsJson1_1", schemas: () => import("./schemas.ts"), operations };
}

function checkNames(names: readonly string[]): void {
  if (names.length < 1) throw constraint("[]", "names", "have length greater than or equal to 1");
  if (names.length > MOST_NAMES)
    throw constraint(`[${names.join(", ")}]`, "names", `have length less than or equal to ${MOST_NAMES}`);
}

function isUnder(name: string, path: string, recursive: boolean): boolean {
  const prefix = path.endsWith("/") ? path : `${path}/`;
  return name.startsWith(prefix) && (recursive || !name.slice(prefix.length).includes("/"));
}

/** @throws {AwsError} `InvalidResourceType`, `InvalidResourceId` */
function taggedParameter(store: ParameterStore, type: string | undefined, id = ""): Parameter {
  if (type !== "Parameter")
    throw ssmError("InvalidResourceType", `${type} is not a valid resource type for the local cloud: Parameter is.`);
  const parameter = store.find(id);
  if (parameter === undefined) throw ssmError("InvalidResourceId", "The resource ID is not valid.");
  return parameter;
}
