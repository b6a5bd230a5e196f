import { linesFrom } from "./access.ts";
import { CommandError } from "./failure.ts";
import { serverSettings } from "./folder.ts";
import { type Colors, colors } from "./text.ts";
import type { Io } from "./types.ts";

/**
 * Shows what a running server tells, line by line, until it says no more or Ctrl-C comes; with --json as it came.
 * @param operation the control operation that answers in lines, and what it is asked
 * @param render a line of JSON as a person reads it; now: Unix time in ms
 * @returns the exit code
 * @throws CommandError the server refuses, does not run, or has ended meanwhile
 */
export async function follow(
  io: Io,
  flags: Readonly<Record<string, unknown>>,
  operation: string,
  wish: Readonly<Record<string, unknown>>,
  render: (line: string, colors: Colors, now: number) => string,
): Promise<number> {
  const { data } = serverSettings(io, flags);
  const stopped = new AbortController();
  const ignore = io.onSignal(() => stopped.abort());
  const c = colors(io.color);
  try {
    for await (const line of linesFrom(data, operation, wish, stopped.signal))
      io.out(flags.json === true ? `${line}\n` : render(line, c, Date.now()));
  } catch (error) {
    if (!stopped.signal.aborted) throw ended(error);
  } finally {
    ignore();
  }
  return 0;
}

/** A stream that breaks off is the server's end. */
function ended(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? error.code : "";
  return code === "ECONNRESET" || code === "ConnectionClosed"
    ? new CommandError("the server has ended meanwhile")
    : error;
}
