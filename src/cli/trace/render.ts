import { type Colors, clipped, utcClock, visible } from "../text.ts";

/** Columns of one value. */
const WIDE = 200;
const NAME_WIDTH = 24;
const ARROWS = new Map([
  ["in", "→"],
  ["out", "←"],
]);
/** They have places of their own. */
const PLACED = new Set(["time", "client", "principal", "remote", "direction", "packet", "event", "bytes"]);

/** A line of a trace for a terminal; everything that came from clients is made visible. @param now Unix time in ms */
export function renderLine(line: string, c: Colors, now: number): string {
  const facts = factsOf(line);
  const word = (name: string): string => {
    const value = facts.get(name);
    return typeof value === "string" ? value : "";
  };
  const time = c.dim(utcClock(word("time"), now).padEnd(13));
  const who = clipped(word("client") || word("remote"), NAME_WIDTH);
  const what = facts.has("packet") ? word("packet").toUpperCase() : word("event");
  const bytes = facts.get("bytes");
  const size = typeof bytes === "number" ? [`${bytes} B`] : [];
  const rest = [...facts].filter(([name]) => !PLACED.has(name)).map(([name, value]) => `${name}=${textOf(value)}`);
  const arrow = ARROWS.get(word("direction")) ?? "·";
  return `${[time, who, arrow, c.bold(visible(what)), ...size, ...rest].filter((part) => part !== "").join("  ")}\n`;
}

function factsOf(line: string): Map<string, unknown> {
  try {
    return new Map(Object.entries(JSON.parse(line) as object)); // a line is an object: the server made it
  } catch {
    return new Map([["event", line]]);
  }
}
function textOf(value: unknown): string {
  return clipped(typeof value === "string" ? value : JSON.stringify(value), WIDE);
}
