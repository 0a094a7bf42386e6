/** Bytes that readers meet when somebody means them harm, or when a disk, a proxy or a hurried hand did. */
import fc from "fast-check";

const strangeText = fc.constantFrom(
  "",
  "\u0000",
  "\uFEFF",
  "\u2028",
  "\ud800",
  "null",
  "[]",
  '""',
  "0",
  "-0",
  "1e999",
  "9".repeat(400),
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"a":1,"a":2}',
  '{"toString":1,"valueOf":1,"length":-1}',
  '"\\ud800"',
  "[".repeat(100_000),
  `${"[".repeat(20_000)}${"]".repeat(20_000)}`,
  `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`,
  "a: &a [*a]",
  "&a a: *a",
  "? {}\n: 1",
  "<<: *nothing",
  "- - - - - -\n".repeat(500),
  `${"- ".repeat(5_000)}x`,
  "!!js/function 'x'",
  "!<tag:x> y",
  "%YAML 9.9\n---\na: 1\n--- \nb: 2\n",
  bomb(),
  "x".repeat(200_000),
  `${" ".repeat(100_000)}x`,
  "\n".repeat(50_000),
);

/** YAML whose aliases stand for a billion items. */
function bomb(): string {
  const levels = Array.from(
    { length: 9 },
    (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level}, `.repeat(9)}x]`,
  );
  return `l0: &l0 [x]\n${levels.join("\n")}\n`;
}

/** Parts of what a reader knows, put together by somebody who does not: that is how its deeper parts are reached. */
export function hostileBytes(...words: readonly string[]): fc.Arbitrary<Buffer> {
  const word = words.length === 0 ? fc.string() : fc.constantFrom(...words);
  const patched = fc.tuple(
    word,
    fc.nat(),
    fc.nat({ max: 20 }),
    fc.oneof(fc.string({ unit: "binary" }), word, strangeText),
  );
  return fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    strangeText.map((text) => Buffer.from(text)),
    fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text)),
    fc
      .array(fc.oneof(word, fc.constantFrom(" ", "\n", ":", "=", "#", "\\", '"', "${", "}", ",")), { maxLength: 30 })
      .map((parts) => Buffer.from(parts.join(""))),
    // A known text with a piece cut out of it and another put in.
    patched.map(([text, at, length, piece]) => {
      const start = text.length === 0 ? 0 : at % text.length;
      return Buffer.from(text.slice(0, start) + piece + text.slice(start + length));
    }),
  );
}

/** JSON of any shape under the names that a reader looks for. */
export function hostileJson(...names: readonly string[]): fc.Arbitrary<string> {
  const leaf = fc.oneof(
    fc.constantFrom<unknown>(null, true, "", -1, 0, 1.5, 1e308, Number.MAX_SAFE_INTEGER, [], {}),
    fc.string({ unit: "binary" }),
    fc.constantFrom(...names),
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names, "__proto__", "constructor", "toString"), tie("value"), { maxKeys: 4 }),
    ),
  }));
  return value.map((made) => JSON.stringify(made));
}
