import { get } from "node:http";
import { readSettings } from "./settings.js";

const {
  port,
  rehearsal: { healthPath: path },
} = readSettings(process.env);

/** Exits 0 when this container's own health check answers 200, and 1 with the reason otherwise. Needs no curl. */
const request = get({ host: "127.0.0.1", port, path, timeout: 2_000 }, (response) => {
  response.resume();
  if (response.statusCode !== 200) fail(`GET ${path} answered ${response.statusCode}`);
});
request.once("timeout", () => request.destroy(new Error(`GET ${path} did not answer within 2 s`)));
request.once("error", (error) => fail(error.message));

function fail(reason) {
  process.stderr.write(`unhealthy: ${reason}\n`);
  process.exitCode = 1;
}
