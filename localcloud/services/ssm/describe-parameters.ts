/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html */
import type { DescribeParametersRequest, ParameterStringFilter } from "@aws-sdk/client-ssm";
import { invalid, notImplemented } from "./errors.ts";
import { page } from "./paging.ts";
import { parameterMetadata } from "./parameter-shapes.ts";
import type { Parameter, ParameterStore } from "./parameter-store.ts";

type Test = (parameter: Parameter) => boolean;

export function describeParameters(store: ParameterStore, input: DescribeParametersRequest) {
  if ((input.Filters ?? []).length > 0) throw notImplemented("Filters of ssm:DescribeParameters (ParameterFilters)");
  if (input.Shared === true) throw notImplemented("Shared of ssm:DescribeParameters");
  const tests = (input.ParameterFilters ?? []).map(testOf);
  const found = store.all().filter((parameter) => tests.every((test) => test(parameter)));
  const { items, next } = page(found, { token: input.NextToken, most: input.MaxResults, limit: 50 });
  return { Parameters: items.map(parameterMetadata), ...(next === undefined ? {} : { NextToken: next }) };
}

function testOf({ Key = "", Option, Values = [] }: ParameterStringFilter): Test {
  const compare = comparison(Key, Option);
  switch (Key) {
    case "Name":
      return ({ name }) => Values.some((value) => compare(name, value));
    case "Type":
      return ({ versions }) => Values.some((value) => versions.at(-1)?.type === value);
    case "Tier":
      return ({ versions }) => Values.some((value) => versions.at(-1)?.tier === value);
    default:
      throw notImplemented(`the filter ${Key} of ssm:DescribeParameters`);
  }
}

function comparison(key: string, option = "Equals"): (name: string, value: string) => boolean {
  if (option === "Equals") return (name, value) => name === value || name === `/${value}`;
  if (key === "Name" && option === "BeginsWith")
    return (name, value) => name.replace(/^\//, "").startsWith(value.replace(/^\//, ""));
  if (key === "Name" && option === "Contains") return (name, value) => name.includes(value);
  throw invalid(`The following filter option is not valid: ${option}. Valid options include: [BeginsWith, Equals].`);
}
