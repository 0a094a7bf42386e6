/** What the gateway needs to know of a service, and what a service learns of a call. */

/** The identity that signed a call. */
export interface Principal {
  readonly accountId: string;
  readonly arn: string;
  readonly userId: string;
  readonly accessKeyId: string;
}

export interface Call {
  readonly requestId: string;
  readonly principal: Principal;
  readonly region: string;
}

/**
 * The operations of a service by their wire names, typed by the SDK's aggregated client (`Operations<ECS>`): an
 * operation takes the request's shape and answers the response's. It throws {@link AwsError} for AWS's errors.
 * An operation that is not listed is answered with 501 and its name.
 */
export type Operations<Client> = {
  [Method in keyof Client as Method extends string ? Capitalize<Method> : never]?: Client[Method] extends (
    input: infer Input,
    options: never,
    callback: (error: never, output?: infer Output) => void,
  ) => void
    ? (input: Input, call: Call) => Omit<Output, "$metadata"> | Promise<Omit<Output, "$metadata">>
    : never;
};

export type Service = ServiceParts & Protocol;

interface ServiceParts {
  /** The service's name in the credential scope, which is how a call finds it: `ecs`, `elasticloadbalancing`. */
  readonly signingName: string;
  /** The module that re-exports the SDK's runtime schemas of the listed operations. Loaded at the first call. */
  readonly schemas: () => Promise<object>;
  // biome-ignore lint/suspicious/noExplicitAny: the gateway hands each operation what its schema decoded.
  readonly operations: Readonly<Record<string, ((input: any, call: Call) => unknown) | undefined>>;
}

type Protocol =
  | { readonly protocol: "awsJson1_0" | "awsJson1_1" }
  | { readonly protocol: "query" | "ec2Query"; readonly xmlNamespace: string };
