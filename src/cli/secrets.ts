import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import { errorText } from "../base/errors.ts";
import { CommandError } from "./failure.ts";
import type { RunningServer } from "../app/types.ts";
import type { Io } from "./types.ts";

/**
 * Prints what is shown this once, to its end.
 * @param lost what was made, and how to get another, for when it cannot be printed
 * @throws CommandError that says so
 */
export async function tellOnce(io: Io, text: string, lost: string): Promise<void> {
  try {
    await io.write(Buffer.from(text));
  } catch (error) {
    throw new CommandError(`what is shown once could not be written (${errorText(error)}): ${lost}`);
  }
}

/** What a start has to show this once; null: nothing. */
export function secretsOf(running: RunningServer, link: (path: string) => string): object | null {
  const { firstRun, setupLink, renewed, applied } = running;
  const tokens = [...renewed, ...(applied?.newTokens ?? [])];
  if (firstRun === null && setupLink === null && tokens.length === 0) return null;
  return {
    ...(firstRun !== null && { owner: firstRun.email, token: firstRun.token }),
    ...(setupLink !== null && { setup_link: link(setupLink) }),
    ...(tokens.length > 0 && { tokens }),
  };
}

/**
 * Writes them into a file of the data folder that only its owner may read.
 * @param now Unix time in ms, for its name
 * @returns its path
 * @throws what the system says
 */
export function writeSecrets(folder: string, secrets: object, now: number): string {
  const file = join(resolve(folder), `secrets-${new Date(now).toISOString().replace(/[:.]/g, "-")}.json`);
  const fd = openSync(file, "wx", 0o600);
  try {
    writeSync(fd, `${JSON.stringify(secrets, null, 2)}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  return file;
}
