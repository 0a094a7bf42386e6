import type { Clients } from "../platform/aws/clients.ts";
import type { SdkClient } from "../platform/aws/sdk-client.ts";
import { watchAttempts } from "../platform/aws/watch-attempts.ts";
import type { Clock } from "../platform/clock.ts";
import { type ReadFile, readUpTo } from "../platform/read-up-to.ts";
import { type ApiCall, apiClients, passOn } from "./api-proxy.ts";
import { type HeaderLine, mostMs, type TraceVerdict } from "./lines.ts";
import type { Masker } from "./mask.ts";
import { maskFile } from "./mask-file.ts";
import { maskValues } from "./mask-values.ts";
import { recordError } from "./recorded-error.ts";
import { SameOutputs } from "./same-outputs.ts";
import { toJson } from "./values.ts";

interface Made {
  readonly number: number;
  region: string | undefined;
  attempts: number;
}

export interface RecorderOptions {
  /** Writes a line; where it throws the trace ends. */
  readonly append: (line: string) => void;
  readonly header: Omit<HeaderLine, "startedAt">;
  /** As they were given, for what they are put in. */
  readonly variables: readonly string[];
  readonly masker: Masker;
  readonly clock: Clock;
  /** Hears once why the trace is not complete. */
  readonly failed: (why: string) => void;
}

/**
 * Writes what a run does as the lines of a trace. Nothing that goes wrong here reaches the run: the trace then ends, and
 * `failed` hears why.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #startedAt: number;
  readonly #made = new WeakMap<object, Made>();
  readonly #outputs = new SameOutputs();
  /** Until it is written: with the first line, which may say that variables are in their places already. */
  #header: HeaderLine | undefined;
  #calls = 0;
  #ended = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
    const { trace, tool, verb, ...header } = options.header;
    this.#header = { trace, tool, verb, startedAt: new Date(this.#startedAt).toISOString(), ...header };
  }

  /** Sees the attempts of a client's calls: for the settings of the clients that are then recorded. */
  readonly attach = (_service: string, client: SdkClient): void => {
    watchAttempts(client, ({ input, region }) => {
      const made = this.#made.get(input);
      if (made === undefined) return () => undefined;
      const startedAt = this.#now();
      made.attempts += 1;
      made.region = region;
      const attempt = made.attempts;
      return (failure) => {
        if (failure === undefined) return;
        this.#write((t) => ({ t, attempt, of: made.number, ms: t - startedAt, error: this.#error(failure) }));
      };
    });
  };

  /** The clients, with every call and its answer written. */
  clients(clients: Clients): Clients {
    return apiClients((call, client) => this.#record(call, () => passOn(clients, client, call)));
  }

  /** Reads files from the disk, and writes what was read. */
  readonly read: ReadFile = async (path, most) => {
    const bytes = await readUpTo(path, most).catch((error: unknown) => {
      this.#write((t) => ({ t, file: this.#open(path), error: this.#error(error) }));
      throw error;
    });
    await this.#file(path, bytes).catch((error: unknown) => this.#end(error));
    return bytes;
  };

  /** The run was asked to end: `SIGINT`. */
  signal(signal: string): void {
    this.#write((t) => ({ t, signal }));
  }

  /** How it ended. */
  verdict(verdict: TraceVerdict): void {
    this.#write((t) => ({ t, verdict }));
  }

  async #record({ service, operation, input }: ApiCall, make: () => Promise<unknown>): Promise<unknown> {
    this.#calls += 1;
    const made: Made = { number: this.#calls, region: undefined, attempts: 0 };
    this.#made.set(input, made);
    this.#write((t) => ({ t, call: made.number, service, operation, input: this.#masked(input, operation) }));
    try {
      const output = await make();
      this.#write((t) => ({ t, ...this.#answer(made), ...this.#outcome(made.number, { operation, input, output }) }));
      return output;
    } catch (error) {
      this.#write((t) => ({ t, ...this.#answer(made), error: this.#error(error) }));
      throw error;
    }
  }

  #answer({ number, attempts, region }: Made): object {
    return {
      answer: number,
      ...(region !== undefined && { region }),
      ...(attempts !== 1 && { attempts }),
    };
  }

  #outcome(number: number, answered: { operation: string; input: object; output: unknown }): object {
    const { operation, input } = answered;
    const { $metadata, ...output } = answered.output as { $metadata?: { requestId?: string } };
    const requestId = $metadata?.requestId === undefined ? {} : { requestId: $metadata.requestId };
    const json = this.#masked(output, operation);
    const same = this.#outputs.sameAs(number, [operation, this.#masked(input, operation)], json);
    return { ...requestId, ...(same === undefined ? { output: json } : { same }) };
  }

  async #file(path: string, bytes: Buffer): Promise<void> {
    const { masker, variables } = this.#options;
    const { text, expanded } = await maskFile(path, bytes, variables, masker);
    if (expanded && this.#header !== undefined) {
      const { variables: _, ...input } = this.#header.input;
      this.#header = { ...this.#header, input };
    }
    this.#write((t) => ({ t, file: this.#open(path), text }));
  }

  #masked(value: unknown, operation: string): unknown {
    return toJson(maskValues(value, this.#options.masker, operation));
  }

  #error(error: unknown) {
    return recordError(error, (message) => this.#options.masker.text(message));
  }

  #open(text: string): string {
    return this.#options.masker.open(text);
  }

  #now(): number {
    // A clock that is set meanwhile may jump by decades.
    return Math.min(mostMs, Math.max(0, this.#options.clock.now() - this.#startedAt));
  }

  #write(line: (t: number) => object): void {
    if (this.#ended) return;
    try {
      if (this.#header !== undefined) this.#options.append(JSON.stringify(this.#header));
      this.#header = undefined;
      this.#options.append(JSON.stringify(line(this.#now())));
    } catch (error) {
      this.#end(error);
    }
  }

  #end(why: unknown): void {
    if (!this.#ended) this.#options.failed(why instanceof Error ? why.message : String(why));
    this.#ended = true;
  }
}
