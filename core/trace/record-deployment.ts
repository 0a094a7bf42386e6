/** A deployment whose every call and answer is written to a trace; loaded only where that is asked for. */
import packageJson from "../../package.json" with { type: "json" };
import { type DeployInput, deployInput } from "../deployment/deploy-input.ts";
import type { DeployResult } from "../deployment/deploy-result.ts";
import { deployService } from "../deployment/deploy-service.ts";
import type { DeployRun } from "../deployment/facts.ts";
import { awsClients } from "../platform/aws/clients.ts";
import type { ClientSettings } from "../platform/aws/settings.ts";
import { traceVersion } from "./lines.ts";
import { Masker } from "./mask.ts";
import { maskInput } from "./mask-input.ts";
import { Recorder } from "./recorder.ts";
import { TraceFile } from "./trace-file.ts";
import { verdictOf, verdictOfFailure } from "./verdict.ts";

export interface RecordOptions {
  /** The new file. */
  readonly path: string;
  readonly settings: ClientSettings;
  readonly run: DeployRun;
  /** The endpoint, where it is not AWS. */
  readonly rehearsal: string | undefined;
}

/**
 * {@link deployService}, recorded. Verdict and calls are what they are without: where the file cannot be written any
 * more, the run says so once and goes on.
 * @throws {ToolkitError} INPUT_INVALID where the file cannot be made, before anything is called; what deployService throws
 */
export async function recordDeployment(input: DeployInput, options: RecordOptions): Promise<DeployResult> {
  const { path, settings, run, rehearsal } = options;
  const file = TraceFile.open(path);
  const masker = new Masker({ accountIds: input.maskAccountIds });
  const recorder = new Recorder({
    append: (line) => file.append(line),
    header: {
      trace: traceVersion,
      tool: `${packageJson.name} ${packageJson.version}`,
      verb: "deploy",
      ...(rehearsal !== undefined && { rehearsal }),
      input: maskInput(deployInput.given(input), masker),
    },
    variables: input.variables,
    masker,
    clock: run.clock,
    failed: (why) => run.log.warn(`the trace ends here, the deployment goes on: ${path} cannot be written: ${why}`),
  });
  const onSignal = () => recorder.signal(signalName(run.signal));
  run.signal.addEventListener("abort", onSignal, { once: true });
  try {
    const clients = recorder.clients(awsClients({ ...settings, attach: recorder.attach }));
    const result = await deployService(clients, input, { ...run, read: recorder.read });
    recorder.verdict(verdictOf(result));
    return result;
  } catch (error) {
    recorder.verdict(verdictOfFailure(error, run.signal));
    throw error;
  } finally {
    run.signal.removeEventListener("abort", onSignal);
    file.close();
  }
}

function signalName({ reason }: AbortSignal): string {
  const words = reason instanceof Error ? reason.message : "";
  return /SIG[A-Z]+/.exec(words)?.[0] ?? "abort";
}
