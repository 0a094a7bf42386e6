import type { Place } from "./place.ts";

/** A name and its value, both as written: quotes, escapes and variables still in them. */
export interface Assignment {
  readonly name: string;
  readonly value: string;
}

/** A command in exec form (the arguments) or in shell form (the text for the shell). */
export type CommandLine = { readonly exec: readonly string[] } | { readonly shell: string };

/** A HEALTHCHECK as image configurations hold it: durations in nanoseconds. */
export interface HealthCheck {
  readonly Test: readonly string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
  readonly Retries?: number;
}

interface InstructionBase {
  readonly place: Place;
  /** As written, continuation lines joined, for the image's history. */
  readonly text: string;
}

export interface FromInstruction extends InstructionBase {
  readonly name: "FROM";
  readonly image: string;
  /** What the stage is called, in lower case. */
  readonly stage: string | undefined;
  readonly platform: string | undefined;
}

export interface ArgInstruction extends InstructionBase {
  readonly name: "ARG";
  readonly arguments: readonly { readonly name: string; readonly value: string | undefined }[];
}

export interface CopyInstruction extends InstructionBase {
  /** ADD of files that it neither fetches nor unpacks is COPY. */
  readonly name: "COPY" | "ADD";
  /** A stage or an image to copy from, in place of the context. */
  readonly from: string | undefined;
  readonly chown: string | undefined;
  readonly chmod: string | undefined;
  readonly sources: readonly string[];
  readonly destination: string;
}

export interface AssigningInstruction extends InstructionBase {
  readonly name: "ENV" | "LABEL";
  readonly assignments: readonly Assignment[];
}

export interface WordInstruction extends InstructionBase {
  readonly name: "WORKDIR" | "USER" | "STOPSIGNAL" | "EXPOSE" | "MAINTAINER";
  readonly word: string;
}

export interface CommandInstruction extends InstructionBase {
  readonly name: "CMD" | "ENTRYPOINT";
  readonly command: CommandLine;
}

export interface HealthCheckInstruction extends InstructionBase {
  readonly name: "HEALTHCHECK";
  readonly healthCheck: Omit<HealthCheck, "Test"> & { readonly test: CommandLine | "NONE" };
}

export interface ListInstruction extends InstructionBase {
  readonly name: "SHELL" | "VOLUME";
  readonly items: readonly string[];
}

interface OnBuildInstruction extends InstructionBase {
  readonly name: "ONBUILD";
  /** The instruction that images built upon this one begin with, as written. */
  readonly trigger: string;
}

export type StageInstruction =
  | ArgInstruction
  | CopyInstruction
  | AssigningInstruction
  | WordInstruction
  | CommandInstruction
  | HealthCheckInstruction
  | ListInstruction
  | OnBuildInstruction;

export type Instruction = FromInstruction | StageInstruction;
