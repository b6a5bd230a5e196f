import { readFileSync } from "node:fs";
import type { ClockNote } from "./clock.ts";

/** What the last run left. null: nothing, or nothing that can be read. */
export function readClockNote(path: string): ClockNote | null {
  try {
    return clockNoteOf(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}
/** A note as it is written; null: it cannot be read. */
export function clockNoteOf(text: string): ClockNote | null {
  try {
    const { wall, steady, doubt } = JSON.parse(text) as Partial<ClockNote>; // looked at below
    const all = [wall, steady, doubt];
    if (!all.every((n) => Number.isSafeInteger(n) && Number(n) >= 0)) return null;
    return { wall: Number(wall), steady: Number(steady), doubt: Number(doubt) };
  } catch {
    return null;
  }
}
