import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A normative statement of a standard, from our own list. */
export interface Statement {
  /** As code and tests name it between brackets: `MQTT-1.5.4-1` (5.0), `MQTT3-3.1.2-2` (3.1.1). */
  readonly id: string;
  readonly concerns: "client" | "server" | "both";
  readonly level: "must" | "must not";
  /** In our own words. */
  readonly text: string;
}
/** A place in the code whose comment names a statement. */
export interface Place {
  readonly id: string;
  readonly path: string;
  /** The function, method or constant that the comment stands in or before; "" when there is none. */
  readonly symbol: string;
  /** The comment says that the line departs from the statement. */
  readonly departs: boolean;
}
/** A test, a group of tests or a vector whose name names a statement. */
export interface Proof {
  readonly id: string;
  readonly path: string;
  readonly name: string;
}
interface Source {
  /** Relative to the repository, with slashes. */
  readonly path: string;
  readonly text: string;
}

const ID = /\[(departs from )?(MQTT3?-\d+(?:\.\d+){1,2}-\d+)\]/g;
const TOKEN = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/** The list in a table of tabs: id, concerns, level, statement; the first line names the columns. */
export function statementsOf(text: string): readonly Statement[] {
  const [, ...lines] = text.trim().split("\n");
  return lines.map((line) => {
    const [id = "", concerns, level, said] = line.split("\t");
    if (concerns !== "client" && concerns !== "server" && concerns !== "both") throw new Error(`${id}: for whom?`);
    if ((level !== "must" && level !== "must not") || said === undefined) throw new Error(`${id}: what?`);
    return { id, concerns, level, text: said };
  });
}

/** Every statement that a comment of the code names. */
export function placesOf({ path, text }: Source): readonly Place[] {
  const lines = text.split("\n");
  const comments = [...text.matchAll(TOKEN)].filter(([token]) => token.startsWith("/"));
  return comments.flatMap(({ 0: comment, index }) =>
    [...comment.matchAll(ID)].map((found) => {
      const [, departs, id = ""] = found;
      const line = text.slice(0, index + found.index).split("\n").length - 1;
      return { id, path, symbol: symbolAt(lines, line), departs: departs !== undefined };
    }),
  );
}

const COMMENT = /^\s*(?:\/\/|\/\*|\*)/;
const TOP = /^(?:export )?(?:default )?(?:abstract )?(?:async )?(function\*?|class|interface|const|let|type) ([\w$]+)/;
const MEMBER =
  /^ {2}(?:(?:private|protected|public|static|readonly|override|async|get|set|declare) )*([\w$#]+)\??\s*(?:[(<:=]|;)/;

/**
 * The declaration that a line stands in, or, of a comment on lines of its own, the one that follows; `Class.member` in
 * classes. It relies on the formatter: what is declared at the top of a file is not indented, members are by two spaces.
 */
function symbolAt(lines: readonly string[], line: number): string {
  let at = line;
  while (at < lines.length - 1 && COMMENT.test(lines[at] ?? "")) at++;
  let member = "";
  for (let i = at; i >= 0; i--) {
    const [, kind, name = ""] = TOP.exec(lines[i] ?? "") ?? [];
    if (kind === "class" || kind === "interface") return member === "" ? name : `${name}.${member}`;
    if (kind !== undefined) return name;
    if (/^\S/.test(lines[i] ?? "") && i < at && /^[)}]/.test(lines[i] ?? "") && !/[{(,]$/.test(lines[i] ?? "")) break;
    if (member === "") member = MEMBER.exec(lines[i] ?? "")?.[1] ?? "";
  }
  return "";
}

/** Every statement that the name of a test, of a group, of a row in a table of tests, or of a vector names. */
export function proofsOf({ path, text }: Source): readonly Proof[] {
  const named = path.endsWith(".json") ? namesInJson(text) : namesInCode(text);
  return named.flatMap((name) => {
    const plain = name
      .replace(ID, "")
      .replace(/\s+/g, " ")
      .replace(/ ([,;:])/g, "$1")
      .trim();
    return [...name.matchAll(ID)].map(([, , id = ""]) => ({ id, path, name: plain.replace(/^[,;:]\s*|[,;:]$/g, "") }));
  });
}
function namesInJson(text: string): readonly string[] {
  return (JSON.parse(text) as { name: string }[]).map(({ name }) => name); // vectors all have one
}
function namesInCode(text: string): readonly string[] {
  return [...text.matchAll(TOKEN)].flatMap(({ 0: token, index }) => {
    const before = text.slice(0, index).trimEnd().slice(-1);
    return !token.startsWith("/") && "([:".includes(before) && before !== "" ? [token.slice(1, -1)] : [];
  });
}

/** What the repository claims about a list of statements. */
export interface Claims {
  readonly statements: readonly Statement[];
  readonly places: ReadonlyMap<string, readonly Place[]>;
  readonly proofs: ReadonlyMap<string, readonly Proof[]>;
  /** Ids that code or tests name and the lists do not have, with their files. */
  readonly unknown: readonly string[];
}

const root = join(import.meta.dir, "..", "..");
function sources(pattern: string): readonly Source[] {
  return [...new Bun.Glob(pattern).scanSync({ cwd: root })]
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}
function byId<T extends { readonly id: string }>(list: readonly T[]): ReadonlyMap<string, readonly T[]> {
  return Map.groupBy(list, ({ id }) => id);
}

/** Reads the lists, the code and the tests of this repository. */
export function readClaims(): Claims {
  const statements = ["mqtt5", "mqtt3"].flatMap((name) =>
    statementsOf(readFileSync(join(import.meta.dir, `${name}-statements.tsv`), "utf8")),
  );
  const isTest = ({ path }: Source): boolean => path.endsWith(".test.ts");
  const code = sources("src/**/*.ts");
  // the tests of this scanner name statements that prove nothing
  const tests = [...code.filter(isTest), ...sources("test/**/*.test.ts")].filter(
    (it) => !it.path.startsWith("test/docs"),
  );
  const proofs = [...tests, ...sources("src/codec/vectors/*.json")].flatMap(proofsOf);
  const written = code.filter((it) => !isTest(it));
  const places = written.filter(({ path }) => !path.endsWith(".testing.ts")).flatMap(placesOf);
  const known = new Set(statements.map(({ id }) => id));
  const named = [...written.flatMap(placesOf), ...tests.flatMap(placesOf), ...proofs];
  const unknown = named.filter(({ id }) => !known.has(id)).map(({ id, path }) => `${path}: ${id}`);
  return { statements, places: byId(places), proofs: byId(proofs), unknown: [...new Set(unknown)] };
}
