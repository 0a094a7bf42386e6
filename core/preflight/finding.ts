/** What a check found that is not as it must be. */
export interface Finding {
  /** An error keeps the deployment from being started; a warning is a note. */
  readonly severity: "error" | "warning";
  readonly what: string;
  /** One imperative sentence, only of errors. */
  readonly remedy?: string;
}

/** What the checks of `preflight: full` look at, and how they hear of a call that is missing. */
export interface CheckOptions {
  readonly signal: AbortSignal;
  readonly note: (line: string) => void;
}
