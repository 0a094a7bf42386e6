import { describe, expect, it } from "vitest";
import { terminalLog } from "./terminal-log.ts";

function talk(isTTY: boolean, columns = 40) {
  const written: string[] = [];
  const stream = { isTTY, columns, write: (text: string) => written.push(text) > 0 };
  const log = terminalLog(stream, { color: isTTY, redraw: isTTY, serviceSuffix: " · rehearsal (http://127.0.0.1:1)" });
  return { log, text: () => written.join("") };
}

describe("terminalLog", () => {
  it("writes each change as one plain line in a file, labelled where the phase begins, and no moving figures", () => {
    const { log, text } = talk(false);
    log.step("service", "web on demo");
    log.step("plan", "a");
    log.step("plan", "b");
    log.progress("watch", "0:01");
    log.warn("careful");
    log.step("watch", "c");
    expect(text()).toBe(
      [
        "web on demo · rehearsal (http://127.0.0.1:1)",
        "plan     a",
        "         b",
        "note     careful",
        "watch    c",
        "",
      ].join("\n"),
    );
  });

  it("redraws a moving figure on a terminal, within its width, and takes it away for a line", () => {
    const { log, text } = talk(true);
    log.progress("watch", "x".repeat(100));
    log.progress("watch", "0:02");
    log.step("watch", "done");
    const [first = "", second = "", last = ""] = text().split("\r\u001b[2K");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are taken out to see the width.
    expect(first.replace(/\u001b\[\d+m/g, "")).toHaveLength(39);
    expect(second).toContain("0:02");
    expect(last).toMatch(/done\n$/);
  });

  it("lets no text from elsewhere command the terminal", () => {
    const { log, text } = talk(false);
    log.step("watch", "a\u001b[2Jb\u0007c\rd\u009be");
    expect(text()).toBe("watch    abcde\n");
  });

  it("lets no text from elsewhere begin a line, where GitHub would take it for a command", () => {
    const { log, text } = talk(false);
    log.step("watch", "a\n::error::b\r\n  ::set-env::c");
    log.warn("d\n::stop-commands::e");
    expect(text()).toBe("watch    a ::error::b ::set-env::c\nnote     d ::stop-commands::e\n");
  });
});
