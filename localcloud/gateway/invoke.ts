/** The chain's two ends: errors become the wire's answers, and the operation itself is called. */
import { AwsError } from "../protocol/aws-error.ts";
import type { UnknownMembers } from "../protocol/decode.ts";
import type { Exchange, Handler, Target } from "./exchange.ts";
import { wireByLooks } from "./identify.ts";
import type { Principal } from "./service.ts";

/** Writes what the rest of the chain throws in the words of the protocol that the caller speaks. */
export function answerErrors(onBug: (error: unknown, exchange: Exchange) => void): Handler {
  return async (exchange, next) => {
    try {
      return await next();
    } catch (thrown) {
      if (!(thrown instanceof AwsError)) onBug(thrown, exchange);
      const error = thrown instanceof AwsError ? thrown : internalFailure();
      exchange.errorCode = error.code;
      const wire = exchange.target?.wire ?? wireByLooks(exchange.request);
      return wire.writeError(error, exchange.target?.module ?? {}, exchange.requestId);
    }
  };
}

export function callOperation(unknownMembers: UnknownMembers): Handler {
  return async (exchange) => {
    const { target, principal } = identified(exchange);
    const { wire, shapes, service, operation, region } = target;
    exchange.input = wire.readInput(exchange.request, shapes, unknownMembers);
    const output = await service.operations[operation]?.(exchange.input, {
      requestId: exchange.requestId,
      principal,
      region,
    });
    return wire.writeOutput(output ?? {}, shapes, exchange.requestId);
  };
}

function identified(exchange: Exchange): { target: Target; principal: Principal } {
  if (exchange.target === undefined || exchange.principal === undefined)
    throw new Error("The call was not identified before its operation.");
  return { target: exchange.target, principal: exchange.principal };
}

function internalFailure(): AwsError {
  return new AwsError("InternalFailure", "The local cloud failed on this request; its own log says why.", {
    status: 500,
  });
}
