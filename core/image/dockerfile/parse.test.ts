// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Dockerfiles write variables.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ToolkitError } from "../../platform/errors.ts";
import { parseDockerfile } from "./parse.ts";

function parse(...lines: string[]) {
  return parseDockerfile(lines.join("\n"), "Dockerfile");
}

/** Of the last stage. */
function stageOf(...lines: string[]) {
  const { stages, ...rest } = parse(...lines);
  const { from, instructions, unsupported } = stages.at(-1) ?? stages[0];
  return { ...rest, from, instructions, unsupported };
}

function unsupportedBy(...lines: string[]): ToolkitError | undefined {
  return stageOf(...lines).unsupported;
}

function failure(...lines: string[]): Pick<ToolkitError, "code" | "message" | "remedy"> {
  try {
    parse(...lines);
  } catch (error) {
    if (error instanceof ToolkitError) return { code: error.code, message: error.message, remedy: error.remedy };
    throw error;
  }
  throw new Error("parsed");
}

describe("parseDockerfile", () => {
  it("reads every instruction that the builder knows", () => {
    const { globalArguments, from, instructions } = stageOf(
      "ARG BASE_IMAGE=scratch",
      "FROM ${BASE_IMAGE} AS final",
      "ARG A B=1",
      "ENV X=1 Y='a b'",
      "LABEL only the old form",
      "WORKDIR /app",
      "COPY --chown=10:11 a b c/",
      'COPY ["with blank", "/d"]',
      "USER 1000",
      "EXPOSE 80 81/udp",
      'HEALTHCHECK --interval=1m30s --retries=2 --start-period=0 CMD ["node", "h.js"]',
      "STOPSIGNAL SIGTERM",
      "entrypoint node",
      'CMD ["a", "b"]',
    );
    expect(globalArguments).toMatchObject([{ arguments: [{ name: "BASE_IMAGE", value: "scratch" }] }]);
    expect(from).toMatchObject({ image: "${BASE_IMAGE}", place: { file: "Dockerfile", line: 2 } });
    expect(instructions).toMatchObject([
      {
        name: "ARG",
        arguments: [
          { name: "A", value: undefined },
          { name: "B", value: "1" },
        ],
      },
      {
        name: "ENV",
        assignments: [
          { name: "X", value: "1" },
          { name: "Y", value: "'a b'" },
        ],
      },
      { name: "LABEL", assignments: [{ name: "only", value: "the old form" }] },
      { name: "WORKDIR", word: "/app" },
      { name: "COPY", chown: "10:11", sources: ["a", "b"], destination: "c/" },
      { name: "COPY", chown: undefined, sources: ["with blank"], destination: "/d" },
      { name: "USER", word: "1000" },
      { name: "EXPOSE", word: "80 81/udp" },
      { name: "HEALTHCHECK", healthCheck: { test: { exec: ["node", "h.js"] }, Interval: 90e9, Retries: 2 } },
      { name: "STOPSIGNAL", word: "SIGTERM" },
      { name: "ENTRYPOINT", command: { shell: "node" } },
      { name: "CMD", command: { exec: ["a", "b"] } },
    ]);
    expect(instructions[8]).not.toHaveProperty("healthCheck.StartPeriod");
  });

  it("joins continuation lines, without the comments and empty lines between them", () => {
    const { instructions } = stageOf("FROM scratch", "ENV A=1 \\  ", "  # a comment", "", "    B=2", "USER 1");
    expect(instructions).toMatchObject([
      { text: "ENV A=1     B=2", place: { line: 2 } },
      { name: "USER", place: { line: 6 } },
    ]);
  });

  it("takes another escape character, Windows line ends and a byte order mark", () => {
    const { instructions } = stageOf("\uFEFF# escape=`\r", "FROM scratch\r", "CMD a `\r", "  b\\\r", "USER 1\r");
    expect(instructions).toMatchObject([{ command: { shell: "a   b\\" } }, { word: "1" }]);
  });

  it("reads directives only where they come first", () => {
    expect(parse("# syntax=docker/dockerfile:1.7", "# just words", "# escape=`", "FROM a").escapeCharacter).toBe("\\");
    expect(parse("# unknown=1", "# escape=`", "FROM a").escapeCharacter).toBe("\\");
    expect(parse("#check=skip=all", "#ESCAPE = `", "FROM a").escapeCharacter).toBe("`");
  });

  it.each([
    ["RUN", "RUN npm ci", "RUN is not supported"],
    ["ADD of a URL", "ADD https://example.com/a b", "ADD of what is elsewhere is not supported"],
    ["ADD of a repository", "ADD git@example.com:a/b.git b", "ADD of what is elsewhere is not supported"],
    ["ADD --checksum", "ADD --checksum=sha256:0 a b", "the flag --checksum of ADD is not supported"],
    ["a heredoc", "COPY <<EOF /x", "a heredoc is not supported"],
    ["COPY --parents", "COPY --parents a b", "the flag --parents of COPY is not supported"],
    ["COPY --exclude", "COPY --exclude=*.md a b", "the flag --exclude of COPY is not supported"],
    ["HEALTHCHECK --x", "HEALTHCHECK --x=1 CMD a", "the flag --x of HEALTHCHECK is not supported"],
  ])("keeps that it does not support %s, and in which line", (_, line, message) => {
    expect(unsupportedBy("FROM scratch", "", line, "USER 1")).toMatchObject({
      code: "IMAGE_INSTRUCTION_UNSUPPORTED",
      message: expect.stringMatching(new RegExp(`^Dockerfile:3: ${message.replace(/[()]/g, "\\$&")}`)),
      remedy: expect.stringContaining("Docker engine"),
    });
  });

  it("does not support a frontend that may read another language", () => {
    expect(failure("# syntax=example/other:1", "FROM a").code).toBe("IMAGE_INSTRUCTION_UNSUPPORTED");
  });

  it("reads stages, each with its own instructions and its own limits", () => {
    const { stages } = parse(
      "FROM --platform=linux/arm64 node AS Build",
      "RUN make",
      "FROM scratch",
      "COPY --from=build --chown=1:2 --chmod=0755 --link /out /",
      "ADD a b /c/",
      'SHELL ["/bin/ash", "-c"]',
      'VOLUME ["/a b"]',
      "VOLUME /c /d",
      "ONBUILD RUN make",
      "MAINTAINER somebody else",
    );
    expect(
      stages.map(({ from, unsupported }) => [from.image, from.stage, from.platform, unsupported?.message]),
    ).toEqual([
      ["node", "build", "linux/arm64", expect.stringContaining("Dockerfile:2: RUN")],
      ["scratch", undefined, undefined, undefined],
    ]);
    expect(stages[1]?.instructions).toMatchObject([
      { name: "COPY", from: "build", chown: "1:2", chmod: "0755", sources: ["/out"], destination: "/" },
      { name: "ADD", sources: ["a", "b"], destination: "/c/" },
      { name: "SHELL", items: ["/bin/ash", "-c"] },
      { name: "VOLUME", items: ["/a b"] },
      { name: "VOLUME", items: ["/c", "/d"] },
      { name: "ONBUILD", trigger: "RUN make" },
      { name: "MAINTAINER", word: "somebody else" },
    ]);
  });

  it.each([
    ["no FROM", ["ARG A"], 1],
    ["nothing", [""], 1],
    ["an instruction before FROM", ["USER 1", "FROM a"], 1],
    ["an unknown instruction", ["FROM a", "COPPY a b"], 2],
    ["an instruction without argument", ["FROM a", "USER"], 2],
    ["too many words in FROM", ["FROM a b"], 1],
    ["a stage with a strange name", ["FROM a AS 1"], 1],
    ["SHELL in shell form", ["FROM a", "SHELL sh -c"], 2],
    ["ONBUILD of ONBUILD", ["FROM a", "ONBUILD ONBUILD RUN a"], 2],
    ["COPY without destination", ["FROM a", "COPY a"], 2],
    ["ENV without value", ["FROM a", "ENV A"], 2],
    ["ENV with one equals sign missing", ["FROM a", "ENV A=1 B"], 2],
    ["ENV without name", ["FROM a", "ENV =1"], 2],
    ["ARG with a strange name", ["ARG a-b", "FROM a"], 1],
    ["a duration without unit", ["FROM a", "HEALTHCHECK --interval=5 CMD a"], 2],
    ["a duration that is too short", ["FROM a", "HEALTHCHECK --interval=5us CMD a"], 2],
    ["retries that are no number", ["FROM a", "HEALTHCHECK --retries=x CMD a"], 2],
    ["HEALTHCHECK of another kind", ["FROM a", "HEALTHCHECK RUN a"], 2],
    ["HEALTHCHECK NONE with more", ["FROM a", "HEALTHCHECK NONE a"], 2],
    ["a directive twice", ["# escape=`", "# escape=`", "FROM a"], 2],
    ["a strange escape character", ["# escape=x", "FROM a"], 1],
  ])("refuses %s, with the line", (_, lines, line) => {
    expect(failure(...lines)).toMatchObject({
      code: "IMAGE_DOCKERFILE_INVALID",
      message: expect.stringMatching(new RegExp(`^Dockerfile:${line}: `)),
      remedy: `Correct line ${line} of Dockerfile.`,
    });
  });

  it("either reads a text or throws its own error, whatever the text is", () => {
    const words = fc.constantFrom(
      ..."FROM ARG ENV COPY HEALTHCHECK CMD a=b $ { } \\ \" ' [ ] # <<E --x=1 = 5s".split(" "),
    );
    const line = fc.array(fc.oneof(words, fc.string({ unit: "binary", maxLength: 5 })), { maxLength: 6 });
    const lines = fc.array(line.map((parts) => parts.join(" ")));
    fc.assert(
      fc.property(lines, (text) => {
        try {
          parse("FROM a", ...text);
        } catch (error) {
          expect(error).toBeInstanceOf(ToolkitError);
        }
      }),
    );
  });
});
