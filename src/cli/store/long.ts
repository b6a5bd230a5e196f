import { Stopped, Work } from "../../store/work.ts";
import { Progress } from "../progress.ts";
import { visible } from "../text.ts";
import type { Io } from "../types.ts";

/** The exit code of a command that a signal stopped. */
const STOPPED = 130;

/**
 * Runs long work with a line of progress on a terminal. A signal stops it; then `gone` says what is left.
 * @returns what the work returns, or the exit code when it was stopped
 */
export async function long<T>(
  io: Io,
  gone: string,
  run: (work: Work) => Promise<T>,
): Promise<{ readonly done: T } | { readonly code: number }> {
  const progress = new Progress(io);
  const stop = new AbortController();
  const quiet = io.onSignal(() => stop.abort());
  const work = new Work((phase, part) => progress.update(part, () => visible(phase)), stop.signal);
  try {
    const done = await run(work);
    progress.clear();
    return { done };
  } catch (error) {
    progress.clear();
    if (!(error instanceof Stopped)) throw error;
    io.err(`fieldcast: stopped; ${gone}\n`);
    return { code: STOPPED };
  } finally {
    quiet();
  }
}
