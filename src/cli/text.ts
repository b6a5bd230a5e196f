import picocolors from "picocolors";
import { wireForm } from "../measure/wire-form.ts";

/**
 * Characters that a terminal obeys instead of showing them, or that hide or reorder what is beside them. Names, topics and
 * payloads come from devices.
 */
const UNSEEN =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;

/** The text on one line, fit for a terminal: what is not to be seen is written as \x1b or \u202e. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => {
    if (character === "\n") return "\\n";
    if (character === "\t") return "\\t";
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** A result as JSON in the form of the HTTP API, that a terminal can show as it is: what is not to be seen is escaped. */
export function json(value: unknown, indent = 2): string {
  return jsonAsIs(wireForm(value), indent);
}
/** The same with keys and numbers as they are. */
export function jsonAsIs(value: unknown, indent = 2): string {
  return `${JSON.stringify(value, null, indent).replace(UNSEEN, (character) =>
    character === "\n" ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  )}\n`;
}

/** A line of JSON as the log writes it. @param now Unix time in ms */
export function jsonLine(level: "info" | "warn" | "error", msg: string, now: number, facts: object = {}): string {
  return jsonAsIs({ level, time: new Date(now).toISOString(), ...facts, msg }, 0);
}

/** As `visible`, and at most `most` columns wide. */
export function clipped(text: string, most: number): string {
  const clean = visible(text.length > most * 4 ? text.slice(0, most * 4) : text);
  if (Bun.stringWidth(clean) <= most && clean.length >= Math.min(text.length, most)) return clean;
  let short = "";
  let width = 0;
  for (const character of clean) {
    width += Bun.stringWidth(character);
    if (width > most - 1) break;
    short += character;
  }
  return `${short}…`;
}

export type Colors = ReturnType<typeof picocolors.createColors>;
export function colors(on: boolean): Colors {
  return picocolors.createColors(on);
}

/** Whether to colour: only on terminals, and not where NO_COLOR is set (no-color.org) or the terminal is dumb. */
export function wantsColor(env: Readonly<Record<string, string | undefined>>, terminal: boolean): boolean {
  return terminal && !env.NO_COLOR && env.TERM !== "dumb";
}

/**
 * Columns that line up, without trailing spaces. Cells are made visible; the head is left away when there are no rows.
 * @param right indexes of columns that are aligned to the right
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  c: Colors,
  right: readonly number[] = [],
): string {
  if (rows.length === 0) return "";
  const last = head.length - 1; // it may be long: nothing stands behind it
  const cells = [head, ...rows.map((row) => row.map((cell, i) => clipped(cell, i === last ? 300 : 60)))];
  const widths = head.map((_, i) => Math.max(...cells.map((row) => Bun.stringWidth(row[i] ?? ""))));
  const lines = cells.map((row) =>
    widths
      .map((width, i) => {
        const cell = row[i] ?? "";
        const gap = " ".repeat(width - Bun.stringWidth(cell));
        return right.includes(i) ? gap + cell : cell + gap;
      })
      .join("  ")
      .trimEnd(),
  );
  return `${c.bold(lines[0] ?? "")}\n${lines.slice(1).join("\n")}\n`;
}

/** A word of a shell command, quoted only where it has to be. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

export { plural } from "../base/words.ts";

/**
 * 2026-01-31T12:00:00Z, of microseconds since the epoch: in UTC, as times are told everywhere, and in the form that `--from`,
 * `--to`, `--since` and `--expires` read. A text without an offset is UTC there, too.
 */
export function utcTime(micros: number): string {
  const at = new Date(micros / 1000);
  return Number.isNaN(at.getTime()) ? "?" : at.toISOString().replace(/\.\d+Z$/, "Z");
}

/** 12:00:00.123Z of an RFC 3339 text in UTC, nothing of nothing; of another day than `now` (Unix time in ms) with the date before it. */
export function utcClock(time: string, now: number): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return time === "" ? "" : "?";
  const text = at.toISOString();
  return text.slice(0, 10) === new Date(now).toISOString().slice(0, 10) ? text.slice(11) : text;
}
