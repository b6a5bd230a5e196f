/** One import of a file, as it is written. */
export interface Import {
  readonly line: number;
  /** What stands between the quotes. */
  readonly from: string;
  /** Gone when the program runs: `import type`, or nothing but `type` names between the braces. */
  readonly typeOnly: boolean;
}

export interface Source {
  /** Relative to the repository, with slashes. */
  readonly path: string;
  readonly text: string;
}

const IMPORT = [
  // import … from "x", export … from "x"
  /(?<![\w.$])(?<verb>import|export)\s+(?<type>type\s+)?(?<names>[\w$\s{},*]+?)\s*from\s*(?<quote>["'])(?<from>[^"'\n]+)\k<quote>/g,
  // import "x", import("x"), require("x"), and the type import("x")
  /(?<![\w.$"'`])(?:import|require)\s*\(?\s*(?<quote>["'`])(?<from>[^"'`\n]+)\k<quote>/g,
];

/** Every import of a TypeScript file: static, dynamic, re-exported, required. */
export function importsOf(text: string): readonly Import[] {
  const code = withoutComments(text);
  return IMPORT.flatMap((pattern) => [...code.matchAll(pattern)])
    .map((match) => {
      const { from = "", type, names = "" } = match.groups ?? {};
      const braces = /^\{([^}]*)\}$/.exec(names.trim())?.[1];
      const listed = braces?.split(",").filter((name) => name.trim() !== "");
      const allTypes = listed !== undefined && listed.length > 0 && listed.every((name) => /^\s*type\s/.test(name));
      return { line: lineOf(code, match.index), from, typeOnly: type !== undefined || allTypes };
    })
    .sort((a, b) => a.line - b.line);
}

/** The lines on which code (not a comment, not a text) matches. */
export function linesWith(text: string, pattern: RegExp): readonly number[] {
  const code = withoutStrings(withoutComments(text));
  return [...code.matchAll(new RegExp(pattern, "g"))].map((match) => lineOf(code, match.index));
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

/** Comments become spaces, so that lines keep their numbers; what looks like one inside a text stays. */
export function withoutComments(text: string): string {
  return text.replace(
    /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (part) => (part.startsWith("/") ? part.replace(/[^\n]/g, " ") : part),
  );
}

/** Plain texts become empty; the code inside a template stays, for it runs. */
function withoutStrings(code: string): string {
  return code.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""');
}
