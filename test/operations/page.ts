import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** docs/operations.md, of which the tests take what they run. */
const PAGE = readFileSync(join(import.meta.dir, "..", "..", "docs", "operations.md"), "utf8");

/** The blocks of a kind (`nginx`, `yaml`, …) in a section, in their order. @throws Error when there is none */
export function blocks(kind: string, heading: string): readonly string[] {
  const level = heading.indexOf(" ");
  const found: string[] = [];
  let [inside, fence]: [boolean, string | null] = [false, null];
  for (const line of PAGE.split("\n")) {
    if (line.startsWith("```")) {
      fence = fence === null ? line.slice(3) : null;
      if (inside && fence === kind) found.push("");
    } else if (fence !== null) {
      if (inside && fence === kind) found.push(`${found.pop()}${line}\n`);
    } else if (line === heading) inside = true;
    else if (/^#+ /.test(line) && line.indexOf(" ") <= level) inside = false;
  }
  if (found.length === 0) throw new Error(`docs/operations.md has no ${kind} under ${heading}`);
  return found;
}

/** The settings that sections say, as one file for `--config`. */
export function settings(...headings: readonly string[]): string {
  const all = headings.flatMap((heading) => blocks("yaml", heading)).map((text) => parse(text) as object);
  return JSON.stringify(Object.assign({}, ...all)); // JSON is YAML
}
