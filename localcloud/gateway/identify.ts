/** Which service and operation a call is for: the service by the credential scope, the operation by the protocol. */
import { AwsError } from "../protocol/aws-error.ts";
import { jsonWire } from "../protocol/json.ts";
import { queryWire } from "../protocol/query.ts";
import { operationShapes, type SchemaModule } from "../protocol/schemas.ts";
import type { HttpRequest, Wire } from "../protocol/wire.ts";
import type { Exchange, Handler, Target } from "./exchange.ts";
import type { Service } from "./service.ts";
import { credentialScope } from "./sigv4.ts";

export function identify(services: ReadonlyMap<string, Service>): Handler {
  return async (exchange, next) => {
    exchange.target = await targetOf(exchange, services);
    return next();
  };
}

async function targetOf({ request }: Exchange, services: ReadonlyMap<string, Service>): Promise<Target> {
  const scope = credentialScope(request);
  const service = services.get(scope.service);
  if (service === undefined) throw notImplemented(`the service ${scope.service}`);
  const wire = wireOf(service);
  const operation = wire.operation(request);
  if (operation === undefined || !/^\w{1,128}$/.test(operation))
    throw new AwsError("UnknownOperationException", "The request names no operation.");
  if (!Object.hasOwn(service.operations, operation)) throw notImplemented(`${scope.service}:${operation}`);
  const module = (await service.schemas()) as SchemaModule;
  const shapes = operationShapes(module, operation);
  if (shapes === undefined) throw new Error(`${scope.service}:${operation} has no schema.`);
  return { service, region: scope.region, wire, operation, module, shapes };
}

function notImplemented(what: string): AwsError {
  return new AwsError("NotImplemented", `The local cloud does not implement ${what}.`, { status: 501 });
}

/** The wire that a service speaks. */
function wireOf(service: Service): Wire {
  switch (service.protocol) {
    case "awsJson1_0":
      return jsonWire("1.0");
    case "awsJson1_1":
      return jsonWire("1.1");
    case "query":
    case "ec2Query":
      return queryWire(service.protocol, service.xmlNamespace);
  }
}

/** The wire in which to refuse a call whose service is unknown: by the looks of the request. */
export function wireByLooks(request: HttpRequest): Wire {
  return request.headers["x-amz-target"] === undefined
    ? queryWire("query", "http://webservices.amazon.com/")
    : jsonWire("1.1");
}
