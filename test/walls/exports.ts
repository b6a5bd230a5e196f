import { posix } from "node:path";
import { type Source, withoutComments } from "./source.ts";

const DECLARED =
  /^export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\*?|class|const|let|interface|type|enum)\s+(?<name>[\w$]+)/gm;
const LISTED =
  /(?<![\w.$])(?<verb>import|export)\s+(?:type\s+)?(?<names>[\w$\s{},*]+?)\s*from\s*["'](?<from>\.[^"'\n]+)["']/g;
const CALLED = /(?<![\w.$])import\s*\(\s*["'](?<from>\.[^"'\n]+)["']\s*\)(?:\.(?<name>[\w$]+))?/g;

/** Names that a file of src gives away and nobody takes, as `path: name`; `export` in front of them says what is not so. */
export function unusedExports(sources: readonly Source[]): readonly string[] {
  const given: [path: string, name: string][] = [];
  const taken = new Set<string>();
  for (const { path, text } of sources) {
    const plain = withoutComments(text);
    const target = (from: string) => posix.join(posix.dirname(path), from);
    for (const match of plain.matchAll(DECLARED)) given.push([path, match.groups?.name ?? ""]);
    for (const { groups: { verb, names = "", from = "" } = {} } of plain.matchAll(LISTED)) {
      if (names.includes("*")) taken.add(`${target(from)}: *`);
      for (const one of (/\{([^}]*)\}/.exec(names)?.[1] ?? "").split(",").filter((part) => part.trim() !== "")) {
        const [name = "", as = name] = one
          .trim()
          .replace(/^type\s+/, "")
          .split(/\s+as\s+/);
        taken.add(`${target(from)}: ${name}`);
        if (verb === "export") given.push([path, as]);
      }
    }
    // the whole of a module that is loaded late: which names are used, the types know
    for (const { groups: { from = "", name = "*" } = {} } of plain.matchAll(CALLED))
      taken.add(`${target(from)}: ${name}`);
  }
  return given
    .filter(([path]) => path.startsWith("src/"))
    .map(([path, name]) => [`${path}: *`, `${path}: ${name}`] as const)
    .filter((either) => !either.some((one) => taken.has(one)))
    .map(([, name]) => name)
    .sort();
}
