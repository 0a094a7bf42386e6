import { createServer } from "node:http";
import { requestHandler } from "./handler.js";
import { log } from "./log.js";
import { readPages } from "./pages.js";
import { rehearseStart } from "./rehearsal.js";
import { readSettings } from "./settings.js";
import { stopOnSignal } from "./shutdown.js";
import { taskReader } from "./task.js";

async function main() {
  const { port, version, metadataUri, rehearsal } = readSettings(process.env);
  const server = createServer(
    requestHandler({
      pages: readPages(version),
      version,
      rehearsal,
      readTask: taskReader(metadataUri),
    }),
  );
  // Longer than an Application Load Balancer's idle timeout (60 s), so that it is never this side that closes first.
  server.keepAliveTimeout = 65_000;
  const stopping = stopOnSignal(server);
  await rehearseStart(rehearsal, stopping);
  stopping.throwIfAborted();
  server.once("error", fail);
  server.listen(port, () => log({ level: "info", message: `version ${version} listens on ${server.address().port}` }));
}

function fail(error) {
  process.stderr.write(`Error: cannot start: ${error.message}\n`);
  process.exitCode = 1;
}

main().catch((error) => {
  // Asked to stop while still starting: nothing was served, nothing is lost.
  if (error.name !== "AbortError") fail(error);
});
