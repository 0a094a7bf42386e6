import { installed } from "./installed.ts";
import { type ServerProcess, startServerProcess } from "./server-process.ts";

/** Debian's docker-registry, storing in a folder of its own. @returns undefined where there is none. */
export async function startDockerRegistry(): Promise<ServerProcess | undefined> {
  const program = await installed("docker-registry");
  if (program === undefined) return undefined;
  return startServerProcess({
    program,
    args: ({ file }) => ["serve", file],
    configuration: ({ port, folder }) =>
      JSON.stringify({
        version: "0.1",
        log: { level: "error", accesslog: { disabled: true } },
        storage: { filesystem: { rootdirectory: `${folder}/storage` } },
        http: { addr: `127.0.0.1:${port}` },
      }),
  });
}
