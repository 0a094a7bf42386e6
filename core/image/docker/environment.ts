/** Environment variables, passed in: the toolkit reads no process. */
export type Environment = Readonly<Record<string, string | undefined>>;
