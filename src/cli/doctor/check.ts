import { type Colors, visible } from "../text.ts";

/** One finding of the doctor. */
export interface Check {
  readonly level: "ok" | "warn" | "fail";
  readonly what: string;
  readonly text: string;
  /** What to do about it; absent where all is well. */
  readonly mend?: string;
}

export const ok = (what: string, text: string): Check => ({ level: "ok", what, text });
export const warn = (what: string, text: string, mend: string): Check => ({ level: "warn", what, text, mend });
export const fail = (what: string, text: string, mend: string): Check => ({ level: "fail", what, text, mend });

const LABEL = { ok: "ok  ", warn: "warn", fail: "FAIL" } as const;

export function renderChecks(checks: readonly Check[], c: Colors): string {
  const paint = { ok: c.green, warn: c.yellow, fail: c.red };
  const width = Math.max(...checks.map((check) => check.what.length));
  const lines = checks.map(({ level, what, text, mend }) => {
    const line = `${paint[level](LABEL[level])}  ${c.bold(what.padEnd(width))}  ${visible(text)}\n`;
    return mend === undefined ? line : `${line}      ${" ".repeat(width)}  ${c.cyan("→")} ${visible(mend)}\n`;
  });
  const bad = checks.filter((check) => check.level === "fail").length;
  const doubtful = checks.filter((check) => check.level === "warn").length;
  const verdict =
    bad > 0
      ? c.red(`${bad} to mend${doubtful > 0 ? `, ${doubtful} to look at` : ""}`)
      : doubtful > 0
        ? c.yellow(`nothing is broken, ${doubtful} to look at`)
        : c.green("all is well");
  return `${lines.join("")}\n${verdict}\n`;
}
