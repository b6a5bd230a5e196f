import { Liquid, type Template as Parsed } from "liquidjs";
import { errorText } from "../base/errors.ts";

/**
 * The small language of templates that people write, for bodies of webhooks and what rules send: Liquid, as far as it computes. It reads no
 * files, runs no code, and knows nothing but what it is given. An error is told when a template is saved, as far as it shows
 * there, and otherwise when it is rendered; nothing is ever half rendered.
 */

/** Characters of a template at most, and bytes that rendering one may take. */
export const MOST_TEMPLATE = 32 * 1024;
const MOST_MEMORY = 8 * 1024 * 1024;
/** ms that one rendering may take. They go by the clock, which runs while others have the processor: so it has several tries. */
const MOST_TIME = 50;
const TRIES = 3;

/** Of what Liquid has: what chooses, repeats and remembers. The others read files. */
const TAGS: ReadonlySet<string> = new Set(
  ["assign", "break", "capture", "case", "comment", "continue", "echo", "for", "if", "raw", "unless"].concat("#"),
);

/** A template has a mistake; the message says which, and where. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
}

/** A template that can be rendered. */
export interface Template {
  /**
   * @param values what its variables mean; only own properties are seen
   * @throws TemplateError a variable that is not there, a filter that takes no such value, more than it may take
   */
  render(values: Readonly<Record<string, unknown>>): string;
}

const engine = withoutFiles(
  new Liquid({
    strictVariables: true,
    strictFilters: true,
    // what is not there is false in a condition, and what `default` says
    lenientIf: true,
    ownPropertyOnly: true,
    // names of other templates lead nowhere
    templates: {},
    dynamicPartials: false,
    relativeReference: false,
    parseLimit: MOST_TEMPLATE,
    memoryLimit: MOST_MEMORY,
    renderLimit: MOST_TIME,
  }),
);
function withoutFiles(made: Liquid): Liquid {
  for (const tag of Object.keys(made.tags)) if (!TAGS.has(tag)) delete made.tags[tag];
  return made;
}

/** @throws TemplateError it is no template */
export function parseTemplate(text: string): Template {
  if (text.length > MOST_TEMPLATE)
    throw new TemplateError(`it has ${text.length} characters, ${MOST_TEMPLATE} are allowed`);
  const parsed: Parsed[] = told(text, () => engine.parse(text));
  return { render: (values) => told(text, () => rendered(parsed, values)) };
}
function rendered(parsed: Parsed[], values: Readonly<Record<string, unknown>>): string {
  for (let tries = 1; ; tries++)
    try {
      return String(engine.renderSync(parsed, values));
    } catch (error) {
      if (!TOO_LONG.test(errorText(error))) throw error;
      if (tries === TRIES) throw new Error(`it takes more than ${MOST_TIME} ms: let it repeat less`);
    }
}
const TOO_LONG = /^template render limit exceeded/;

function told<T>(text: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    // the first line: others show the template, which may hold a secret
    const [line = ""] = errorText(error).split("\n", 1);
    const call = /\|\s*([a-z_]+)\s*\(/.exec(text);
    const hint =
      call !== null && line.includes('expected ":"') ? `; write "| ${call[1]}: 1", not "| ${call[1]}(1)"` : "";
    throw new TemplateError(`${line.replace(/^.*?ENOENT.*$/, "it names another template, and there are none")}${hint}`);
  }
}
