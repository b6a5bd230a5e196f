import { isFilter, matches } from "../../topic/names.ts";
import type { Parts } from "./types.ts";

/** A topic filter some of whose levels have names. */
export interface NamedFilter {
  /** As MQTT has it: what is subscribed to. */
  readonly filter: string;
  readonly names: readonly string[];
  /** @returns the parts of a topic by their names, as own keys; null: it does not match */
  match(topic: string): Parts | null;
}

const NAMED_FILTER_RULE =
  "a topic filter in which a level may have a name: plant/{serial}/+, or {rest#} for all that follow";

/** A name is nothing that any object has by itself. */
const PART = /^\{([a-z][a-z0-9_]{0,31})(#?)\}$/;
/** Names that objects have by themselves, or that templates know already. */
const TAKEN: ReadonlySet<string> = new Set(["topic", "payload", "json", "key", "index", "constructor"]);

/**
 * Reads `plant/{serial}/+` and `{rest#}`: a name in braces stands for one level, with `#` at its end for the last ones, as many as there are.
 * @returns a text: why it is none
 */
export function namedFilter(text: string): NamedFilter | string {
  const names = new Map<number, string>();
  const seen = new Set<string>();
  const plain: string[] = [];
  for (const [i, level] of text.split("/").entries()) {
    const found = PART.exec(level);
    if (found === null) {
      if (/[{}]/.test(level)) return `the level "${level.slice(0, 80)}" has braces, but is no name like {serial}`;
      plain.push(level);
      continue;
    }
    const [, name = "", many] = found;
    if (TAKEN.has(name)) return `{${name}} cannot be a name: templates know something else as ${name}`;
    if (seen.has(name)) return `{${name}} stands in it twice`;
    seen.add(name);
    names.set(i, name);
    plain.push(many === "#" ? "#" : "+");
  }
  const filter = plain.join("/");
  if (!isFilter(filter) || filter.startsWith("$share/")) return `it is not ${NAMED_FILTER_RULE}`;
  return {
    filter,
    names: [...seen],
    match: (topic: string) => (matches(filter, topic) ? partsOf(topic, plain, names) : null),
  };
}

function partsOf(topic: string, plain: readonly string[], names: ReadonlyMap<number, string>): Parts {
  const levels = topic.split("/");
  const found: [string, string][] = [];
  for (const [i, name] of names) found.push([name, plain[i] === "#" ? levels.slice(i).join("/") : (levels[i] ?? "")]);
  return Object.fromEntries(found);
}
