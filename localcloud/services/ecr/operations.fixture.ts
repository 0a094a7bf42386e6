/** For tests: the service's operations as the SDK's client has them. */
import type { ECR } from "@aws-sdk/client-ecr";
import { call } from "../../gateway/call.fixture.ts";
import type { Operations } from "../../gateway/service.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { ecrService } from "./operations.ts";
import { openTestStore, type TestStore } from "./store.fixture.ts";

type Listed = Required<Operations<ECR>>;
type Input<Operation extends keyof Listed> = Parameters<Listed[Operation]>[0];
type Output<Operation extends keyof Listed> = Awaited<ReturnType<Listed[Operation]>>;

export interface TestService extends TestStore {
  call<Operation extends keyof Listed>(operation: Operation, input: Input<Operation>): Promise<Output<Operation>>;
}

export async function startTestService(): Promise<TestService> {
  const test = await openTestStore();
  const { store, clock } = test;
  const service = ecrService({ store, clock, region: "us-east-1", registryHost: () => "127.0.0.1:4566" });
  return {
    ...test,
    call<Operation extends keyof Listed>(operation: Operation, input: Input<Operation>) {
      const implementation = service.operations[operation];
      if (implementation === undefined) throw new Error(`${operation} is not listed`);
      return Promise.resolve().then(() => implementation(input, call)) as Promise<Output<Operation>>;
    },
  };
}

/** The error that `work` ends with, as it would be answered. */
export async function errorOf(work: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await work.then(
    () => new Error("It did not fail."),
    (reason) => reason,
  );
  if (!(error instanceof AwsError)) throw error;
  return { code: error.code, message: error.message };
}
