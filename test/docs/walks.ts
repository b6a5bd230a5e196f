/** A line of a walk: a file, and what is named of it. */
interface Step {
  readonly file: string;
  /** `name`, or `Class.member`. */
  readonly names: readonly string[];
}

/** What a text names: `src/a.ts` (`one`, `Class.two`); the parentheses may be missing. */
export function stepsOf(text: string): readonly Step[] {
  return [...text.matchAll(/`(src\/[\w./-]+\.ts)`(?: \(((?:`[\w.]+`(?:, )?)+)\))?/g)].map(
    ([, file = "", names = ""]) => ({
      file,
      names: [...names.matchAll(/`([\w.]+)`/g)].map(([, name = ""]) => name),
    }),
  );
}

/** Whether a source declares it: a function, class, constant, interface or type, or a member of a class. */
export function declares(source: string, name: string): boolean {
  const [first = "", member] = name.split(".");
  const whole = new RegExp(
    String.raw`^(?:export )?(?:abstract )?(?:async )?(?:function\*?|class|const|interface|type) ${first}\b`,
    "m",
  );
  const found = whole.exec(source);
  if (found === null) return false;
  if (member === undefined) return true;
  const start = found.index;
  const end = source.indexOf("\n}", start);
  const modifiers = `(?:(?:private|protected|public|readonly|static|async|get|set) )*`;
  return new RegExp(String.raw`^  ${modifiers}\*?${member}(?:<[^>]*>)?\s*[(:=]`, "m").test(source.slice(start, end));
}
