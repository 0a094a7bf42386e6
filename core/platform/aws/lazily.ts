type Method = (...args: unknown[]) => Promise<unknown>;

/** An API whose code is loaded at its first call. */
export function lazily<Api extends object>(load: () => Promise<Api>): Api {
  let loaded: Promise<Api> | undefined;
  return new Proxy({} as Api, {
    get: (_target, operation: string) => {
      const call: Method = async (...args) => {
        loaded ??= load();
        return ((await loaded) as Record<string, Method>)[operation]?.(...args);
      };
      return call;
    },
  });
}
