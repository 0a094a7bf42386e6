/** The peer of everything that listens: node:http and nothing else, as a process of its own that ends with us. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** What the server does with a request; `body` is the answer's, from standard input's first line. */
const ANSWERS = {
  /** Answers `body` once the request was read to its end. */
  text: 'request.resume().on("end", () => response.end(body));',
  /** Answers the file whose path is `body`. */
  file: 'response.setHeader("content-length", fs.statSync(body).size); fs.createReadStream(body).pipe(response);',
} as const;

const program = (answer: string) => `
const fs = require("node:fs");
require("node:readline").createInterface({ input: process.stdin }).once("line", (line) => {
  const body = JSON.parse(line);
  const server = require("node:http").createServer((request, response) => { ${answer} });
  server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ endpoint: "http://127.0.0.1:" + server.address().port }, null, 2)));
}).on("close", () => process.exit(0));`;

export interface BareServer {
  readonly endpoint: string;
  readonly pid: number;
  end(): Promise<void>;
}

/** @param body what it answers, or with `file` the path of what it answers. */
export async function startBareServer(answer: keyof typeof ANSWERS, body = ""): Promise<BareServer> {
  const child = spawn(process.execPath, ["-e", program(ANSWERS[answer])], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.write(`${JSON.stringify(body)}\n`);
  const endpoint = await printedEndpoint(child);
  return {
    endpoint,
    pid: child.pid ?? 0,
    async end() {
      const closed = once(child, "close");
      child.stdin.end();
      await closed;
    },
  };
}

/** The `endpoint` of the JSON object that a process prints once it listens. */
export async function printedEndpoint(child: ChildProcess): Promise<string> {
  let text = "";
  for await (const chunk of child.stdout ?? []) {
    text += chunk;
    if (text.trimEnd().endsWith("\n}")) break;
  }
  return JSON.parse(text).endpoint;
}
