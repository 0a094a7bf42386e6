import { readFileSync } from "node:fs";

const html = "text/html; charset=utf-8";
const files = { "/index.html": html, "/contactus.html": html, "/style.css": "text/css; charset=utf-8" };

/**
 * The pages by their paths, read once at the start. Only what is listed here is served: a request's path never reaches
 * the file system.
 *
 * @param {string} version shown where a page says `{{version}}`
 * @returns {Map<string, { type: string, body: Buffer }>}
 */
export function readPages(version) {
  const pages = new Map();
  for (const [path, type] of Object.entries(files)) {
    const text = readFileSync(new URL(`.${path}`, import.meta.url), "utf8");
    pages.set(path, { type, body: Buffer.from(text.replaceAll("{{version}}", () => escapeHtml(version))) });
  }
  pages.set("/", pages.get("/index.html"));
  return pages;
}

function escapeHtml(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
