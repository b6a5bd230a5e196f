/** What the programs of all benches do alike: their words, their folder, their end. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

/** Progress and trouble; the table alone is on standard output. */
export const say = (text: string) => process.stderr.write(`${text}\n`);
export const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** A new folder in the one that was chosen. It goes when the program ends, also by a signal. */
export function scratchFolder(within: string, prefix: string): string {
  mkdirSync(within, { recursive: true });
  const folder = mkdtempSync(join(resolve(within), prefix));
  // a database may still be closing its files
  process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
  return folder;
}

/**
 * Runs a bench by its command line; the exit code is 1 when that is wrong or something did not finish.
 * @param parse undefined: help was asked for; throws on a wrong flag
 * @param main resolves with whether everything finished; @param unfinished what is said otherwise
 */
export async function runProgram<O>(
  parse: (argv: string[]) => O | undefined,
  help: string,
  main: (options: O) => Promise<boolean>,
  unfinished: string,
): Promise<void> {
  try {
    const options = parse(process.argv.slice(2));
    if (options === undefined) {
      process.stdout.write(`${help}\n`);
    } else if (!(await main(options))) {
      say(`\n${unfinished}`);
      process.exitCode = 1;
    }
  } catch (error) {
    say(messageOf(error));
    process.exitCode = 1;
  }
}
