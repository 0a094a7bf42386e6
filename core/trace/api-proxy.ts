import { type Clients, signingNames } from "../platform/aws/clients.ts";
import type { CallOptions } from "../platform/aws/settings.ts";

/** A call of an API method: `ecs`, `DescribeServices`, what it is given. */
export interface ApiCall {
  /** As signatures name it. */
  readonly service: string;
  readonly operation: string;
  readonly input: object;
  readonly options: CallOptions;
}

/**
 * Clients whose every call goes to `answer`.
 * @param answer is also told the client that was meant, so that it can pass the call on
 */
export function apiClients(answer: (call: ApiCall, client: keyof Clients) => Promise<unknown>): Clients {
  const api = <Api extends object>(client: keyof Clients): Api =>
    new Proxy({} as Api, {
      get:
        (_, method: string) =>
        (input: object, options: CallOptions = {}) => {
          const operation = method.charAt(0).toUpperCase() + method.slice(1);
          return answer({ service: signingNames[client], operation, input, options }, client);
        },
    });
  return {
    ecs: api("ecs"),
    ecr: api("ecr"),
    elb: api("elb"),
    logs: api("logs"),
    iam: api("iam"),
    cloudwatch: api("cloudwatch"),
  };
}

/** Passes a call on to the clients that make it. */
export function passOn(
  clients: Clients,
  client: keyof Clients,
  { operation, input, options }: ApiCall,
): Promise<unknown> {
  const api = clients[client] as Readonly<Record<string, (input: object, options: CallOptions) => Promise<unknown>>>;
  const method = operation.charAt(0).toLowerCase() + operation.slice(1);
  const call = api[method];
  if (call === undefined) throw new Error(`${client} has no ${method}`);
  return call(input, options);
}
