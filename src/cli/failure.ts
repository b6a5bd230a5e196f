import { Refusal } from "../base/errors.ts";
import { visible } from "./text.ts";

/** The command line asks for something that does not exist: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
/** Something expected went wrong outside: exit code 1 and one line. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/** What to print for an error, and the exit code. A stack trace only for what nobody expected. */
export function explain(error: unknown): { readonly text: string; readonly code: number } {
  if (error instanceof UsageError) return { text: lines(error.message), code: 2 };
  if (error instanceof Refusal) return { text: lines([error.message, ...rowsOf(error)].join("\n")), code: 1 };
  if (error instanceof CommandError) return { text: lines(error.message), code: 1 };
  if (error instanceof Error && "syscall" in error && typeof error.syscall === "string")
    return { text: lines(error.message), code: 1 };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { text: `this should not happen, please report it: ${lines(text)}`, code: 70 };
}

/** Rows that are shown of a refusal. */
const SHOWN = 10;

/** What is wrong with the rows of a request, where the message does not say it: the first ones. */
function rowsOf({ message, rows = [] }: Refusal): string[] {
  const untold = rows.filter((row) => !message.includes(row.message));
  const texts = untold
    .slice(0, SHOWN)
    .map(({ row, field, message: why }) => `  row ${row}${field === undefined ? "" : `, ${field}`}: ${why}`);
  return untold.length > SHOWN ? [...texts, `  and ${untold.length - SHOWN} more`] : texts;
}

/** Several lines stay several (a fleet file's problems); each is fit for a terminal. */
function lines(text: string): string {
  return text.split("\n").map(visible).join("\n");
}
