/**
 * The lines of a long list in a fleet file, as programs write them: one device on each, `- { id: dev1, name: Device 1, tags: [a, b] }`. A
 * YAML parser is most of the time that a first start with a hundred thousand of them takes. Only the plainest
 * lines are: whatever could mean something else in YAML is left to the parser.
 */

/** A value of a line, always text as it was typed. */
type Value = string | string[];
type PlainLine = Record<string, Value>;

/** A plain scalar that means itself: letters, digits, and signs that YAML gives no meaning inside a word. */
const WORD = String.raw`[\p{L}\p{N}_](?:[\p{L}\p{N}_./+()-]|[ ](?! |[,\]}]))*`;
const LIST = String.raw`\[(?:${WORD}(?:, ${WORD})*)?\]`;
const PAIR = `([a-z_]{1,32}): (${WORD}|${LIST})`;
const LINE = new RegExp(String.raw`^( *)- \{ (${PAIR}(?:, ${PAIR})*) \}$`, "u");
const PAIRS = new RegExp(PAIR, "gu");

/** Fewer lines than these in a row are not worth it. */
const LEAST = 100;
/** Lines of one step. */
const AT_ONCE = 200;

/** What stands for a run of lines in the text that the parser gets, and what they are. */
interface PlainRuns {
  readonly text: string;
  readonly runs: ReadonlyMap<string, readonly PlainLine[]>;
}

/**
 * Takes long runs of plain lines out of a YAML text, in short steps; each is one element of a list in what is left.
 * @param nonce letters and digits that the text does not hold
 */
export function* withoutPlainLines(text: string, nonce: string): Generator<void, PlainRuns> {
  const runs = new Map<string, readonly PlainLine[]>();
  const left: string[] = [];
  let from = 0;
  let indent = "";
  let run: PlainLine[] = [];
  const lines = text.split("\n");
  const end = (to: number): void => {
    if (run.length >= LEAST) {
      const name = `${nonce}${runs.size}`;
      runs.set(name, run);
      left.push(`${indent}- ${name}`);
    } else for (let i = from; i < to; i++) left.push(lines[i] as string);
    run = [];
  };
  for (const [i, line] of lines.entries()) {
    if (i % AT_ONCE === 0) yield;
    const at = plainLine(line);
    if (at !== null && run.length > 0 && at.indent === indent) {
      run.push(at.value);
      continue;
    }
    end(i);
    from = i;
    if (at === null) left.push(line);
    else {
      indent = at.indent;
      run = [at.value];
    }
    if (at === null) from = i + 1;
  }
  end(lines.length);
  return { text: left.join("\n"), runs };
}

/** Null: it is not as plain as that. */
function plainLine(line: string): { indent: string; value: PlainLine } | null {
  const found = LINE.exec(line);
  if (found === null) return null;
  const value: PlainLine = {};
  for (const [, key = "", text = ""] of (found[2] as string).matchAll(PAIRS)) {
    // given twice: the parser says so, with the place
    if (Object.hasOwn(value, key) || key === "__proto__") return null;
    value[key] = text.startsWith("[") ? (text === "[]" ? [] : text.slice(1, -1).split(", ")) : text;
  }
  return { indent: found[1] as string, value };
}

/**
 * Puts the lines back where their runs stand.
 * @returns null: not every run is an element of a list, so its lines were something else (part of a text, say)
 */
export function withPlainLines(value: unknown, { runs }: PlainRuns): { readonly value: unknown } | null {
  let left = runs.size;
  const walk = (at: unknown): unknown => {
    if (Array.isArray(at)) {
      return at.flatMap((element: unknown): unknown[] => {
        const run = typeof element === "string" ? runs.get(element) : undefined;
        if (run === undefined) return [walk(element)];
        left--;
        return [...run];
      });
    }
    if (typeof at !== "object" || at === null) return at;
    return Object.fromEntries(Object.entries(at).map(([key, inner]) => [key, walk(inner)]));
  };
  const whole = walk(value);
  return left === 0 ? { value: whole } : null;
}
