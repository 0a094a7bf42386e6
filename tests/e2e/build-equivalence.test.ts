/** The native builder and Docker make images of the same Dockerfile that run the same. */
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeWithEngine, nodeImage } from "../engine.fixture.ts";
import { Workbench } from "./build.fixture.ts";

let bench: Workbench;

const cases: readonly (readonly [name: string, lines: readonly string[]])[] = [
  [
    "files, folders and links",
    ["COPY . /app/", "COPY app/server.js /bin/server", "COPY app /copy", "COPY app/sub/ /deep/er/"],
  ],
  [
    "settings",
    [
      "ARG VERSION=1",
      "ENV VERSION=$VERSION PATH=/app:$PATH",
      'LABEL b=2 a="one two"',
      "WORKDIR /w/x",
      "WORKDIR y",
      "COPY app/server.js .",
      "EXPOSE 80 81/udp",
      "VOLUME /data /w/x/cache",
      "USER 12:13",
      "STOPSIGNAL SIGINT",
      'SHELL ["/bin/ash", "-c"]',
      "HEALTHCHECK --interval=5s --retries=2 CMD probe me",
      "ENTRYPOINT run this",
      'CMD ["a", "b"]',
    ],
  ],
  [
    "users by their names",
    [
      "COPY app/etc /etc",
      "COPY --chown=node app /a",
      "COPY --chown=node:staff app/server.js /b",
      "COPY --chown=9:staff app/server.js /new/c",
      "COPY --chown=8 --link app/sub /linked/sub",
      "USER node",
      "WORKDIR /home/node/app",
      "COPY app/server.js .",
    ],
  ],
  [
    "owners and modes",
    ["COPY --chown=5:6 --chmod=0750 app /a", "WORKDIR /w", "COPY --chmod=0600 app/server.js .", "ADD app/sub /added/"],
  ],
  [
    "an ONBUILD trigger and a maintainer",
    ["MAINTAINER me", "COPY app/server.js /", "ONBUILD COPY app /app", "ONBUILD ENV A=1"],
  ],
];

const stages = [
  "FROM scratch AS files",
  "COPY --chown=7:8 app /out",
  "COPY --chmod=0711 app/server.js /out/bin/",
  "FROM files AS more",
  "ENV FROM_MORE=1",
  "COPY app/sub /out/sub2",
  "FROM scratch AS unused",
  "COPY nowhere /",
  "FROM more",
  "COPY --from=files /out /copied",
  "COPY --from=files --chown=1 /out/bin/server.js /one/",
  "COPY --from=0 /out/link /followed",
];

async function both(name: string, lines: readonly string[]) {
  const context = name.replaceAll(/\W+/g, "-");
  await bench.write(
    `${context}/app/server.js`,
    "console.log('hello', process.env.WHO, process.argv.slice(2).join());\n",
  );
  await bench.write(`${context}/app/sub/data.txt`, "data\n");
  await bench.write(`${context}/app/etc/passwd`, "root:x:0:0::/root:/bin/sh\nnode:x:1000:1001::/home/node:/bin/sh\n");
  await bench.write(`${context}/app/etc/group`, "root:x:0:\nnode:x:1001:\nstaff:x:50:node\n");
  await bench.write(`${context}/.dockerignore`, "Dockerfile\n.dockerignore\n");
  await symlink("server.js", join(bench.folder, context, "app/link"));
  await bench.write(`${context}/Dockerfile`, `${lines.join("\n")}\n`);
  const images: string[] = [];
  for (const builder of ["native", "docker"]) {
    const args = ["--repository", "web", "--tag", `${context}-${builder}`, "--builder", builder];
    const { exitCode, result, talk } = await bench.build(context, args);
    expect(exitCode, talk).toBe(0);
    const image = String(result.image);
    await bench.docker("pull", "--quiet", image);
    images.push(image);
  }
  const [native = "", docker = ""] = images;
  return { native, docker };
}

async function configOf(image: string): Promise<unknown> {
  const [inspected] = JSON.parse(await bench.docker("inspect", image));
  const { Architecture, Os, Author, Config } = inspected;
  // What only containers have, and a mark of Docker's for Windows.
  const { Image: _, Hostname: __, Domainname: ___, ArgsEscaped: ____, ...config } = Config;
  return { Architecture, Os, Author, config };
}

describeWithEngine("docker build and the native builder", () => {
  beforeAll(async () => {
    bench = await Workbench.set();
    await bench.repository("web");
    const base = `${bench.registry}/web:base`;
    await bench.docker("tag", await nodeImage(), base);
    await bench.docker("push", "--quiet", base);
    await bench.docker("rmi", base);
  }, 120_000);
  afterAll(() => bench?.strike());

  describe("make the same files and settings of", () => {
    it.each([
      ...cases.map(([name, lines]) => [name, ["FROM scratch", ...lines]] as const),
      ["stages", stages] as const,
    ])(
      "%s",
      async (name, lines) => {
        const { native, docker } = await both(name, lines);
        expect(await configOf(native)).toEqual(await configOf(docker));
        expect(await bench.files(native)).toEqual(await bench.files(docker));
      },
      60_000,
    );
  });

  it("make containers that answer the same", async () => {
    const lines = [
      `FROM ${bench.registry}/web:base AS base`,
      "WORKDIR /app",
      "COPY --chown=1000:1000 app .",
      `FROM ${bench.registry}/web:base`,
      "ENV WHO=world",
      "COPY --from=base /app /app",
      "USER 1000",
      "WORKDIR /app",
      'ENTRYPOINT ["node", "server.js"]',
      'CMD ["default"]',
    ];
    const { native, docker } = await both("a program", lines);
    expect(await configOf(native)).toEqual(await configOf(docker));
    for (const args of [[], ["given", "more"]]) {
      const answer = await bench.run(native, ...args);
      expect(answer).toBe(`hello world ${args.join() || "default"}\n`);
      expect(await bench.run(docker, ...args)).toBe(answer);
    }
  }, 120_000);
});
