import type { Document, ParseOptions, SchemaOptions } from "yaml";

/**
 * Parses YAML, of which JSON is a part. The parser is loaded only where it is needed.
 * @throws {Error} its first line says what is wrong, and where
 */
export async function parseYaml(text: string, options: ParseOptions & SchemaOptions = {}): Promise<Document.Parsed> {
  // A CommonJS package: bundled, a dynamic import of it has only `default`.
  const { LineCounter, parseDocument } = (await import("yaml")).default;
  const lineCounter = new LineCounter();
  // The parser would write out every error with its line: a hostile file has a hundred thousand, on one long line.
  const document = parseDocument(text, { ...options, lineCounter, prettyErrors: false, logLevel: "error" });
  const [error] = document.errors;
  if (error === undefined) return document;
  const { line, col } = lineCounter.linePos(error.pos[0]);
  throw new Error(`${error.message} at line ${line}, column ${col}`, { cause: error });
}
