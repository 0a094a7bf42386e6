// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Dockerfiles write variables.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ToolkitError } from "../../platform/errors.ts";
import { parseDockerfile } from "./parse.ts";

function parse(...lines: string[]) {
  return parseDockerfile(lines.join("\n"), "Dockerfile");
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
    const { globalArguments, from, instructions } = parse(
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
    const { instructions } = parse("FROM scratch", "ENV A=1 \\  ", "  # a comment", "", "    B=2", "USER 1");
    expect(instructions).toMatchObject([
      { text: "ENV A=1     B=2", place: { line: 2 } },
      { name: "USER", place: { line: 6 } },
    ]);
  });

  it("takes another escape character, Windows line ends and a byte order mark", () => {
    const { instructions } = parse("\uFEFF# escape=`\r", "FROM scratch\r", "CMD a `\r", "  b\\\r", "USER 1\r");
    expect(instructions).toMatchObject([{ command: { shell: "a   b\\" } }, { word: "1" }]);
  });

  it("reads directives only where they come first", () => {
    expect(parse("# syntax=docker/dockerfile:1.7", "# just words", "# escape=`", "FROM a").escapeCharacter).toBe("\\");
    expect(parse("# unknown=1", "# escape=`", "FROM a").escapeCharacter).toBe("\\");
    expect(parse("#check=skip=all", "#ESCAPE = `", "FROM a").escapeCharacter).toBe("`");
  });

  it.each([
    ["RUN", "RUN npm ci", "RUN is not supported"],
    ["ADD", "add a b", "ADD is not supported"],
    ["SHELL", 'SHELL ["sh"]', "SHELL is not supported"],
    ["VOLUME", "VOLUME /data", "VOLUME is not supported"],
    ["ONBUILD", "ONBUILD USER 1", "ONBUILD is not supported"],
    ["MAINTAINER", "MAINTAINER me", "MAINTAINER is not supported"],
    ["a second stage", "FROM other", "a second stage (FROM) is not supported"],
    ["a heredoc", "COPY <<EOF /x", "a heredoc is not supported"],
    ["COPY --from", "COPY --from=build a b", "the flag --from of COPY is not supported"],
    ["COPY --chmod", "COPY --chmod=755 a b", "the flag --chmod of COPY is not supported"],
    ["COPY --link", "COPY --link a b", "the flag --link of COPY is not supported"],
    ["HEALTHCHECK --x", "HEALTHCHECK --x=1 CMD a", "the flag --x of HEALTHCHECK is not supported"],
  ])("says that it does not support %s, and in which line", (_, line, message) => {
    expect(failure("FROM scratch", "", line)).toMatchObject({
      code: "IMAGE_INSTRUCTION_UNSUPPORTED",
      message: expect.stringMatching(new RegExp(`^Dockerfile:3: ${message.replace(/[()]/g, "\\$&")}`)),
      remedy: expect.stringContaining("Docker engine"),
    });
  });

  it("does not support a frontend that may read another language, nor FROM --platform", () => {
    expect(failure("# syntax=example/other:1", "FROM a").code).toBe("IMAGE_INSTRUCTION_UNSUPPORTED");
    expect(failure("FROM --platform=linux/arm64 a").message).toContain("the flag --platform of FROM");
  });

  it.each([
    ["no FROM", ["ARG A"], 1],
    ["nothing", [""], 1],
    ["an instruction before FROM", ["USER 1", "FROM a"], 1],
    ["an unknown instruction", ["FROM a", "COPPY a b"], 2],
    ["an instruction without argument", ["FROM a", "USER"], 2],
    ["too many words in FROM", ["FROM a b"], 1],
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
