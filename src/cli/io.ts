import { fstatSync, readFileSync, writeSync } from "node:fs";
import { Late } from "./late.ts";
import { wantsColor } from "./text.ts";
import type { Io } from "./types.ts";

/** The process' own input, output, environment and signals. */
export function processIo(): Io {
  const terminal = process.stdout.isTTY === true;
  const errTerminal = process.stderr.isTTY === true;
  // a server says a lot there, and must not wait for whoever reads it
  const late = new Late(
    (bytes) => writeSome(2, bytes),
    (fn, ms) => void setTimeout(fn, ms).unref(),
  );
  process.on("exit", () => print(2, late.take()));
  return {
    out: (text) => print(1, Buffer.from(text)),
    err: (text) => late.write(Buffer.from(text)),
    env: process.env,
    terminal,
    errTerminal,
    interactive: process.stdin.isTTY === true && errTerminal,
    journal: toJournal(process.env.JOURNAL_STREAM),
    color: wantsColor(process.env, terminal && errTerminal),
    ask,
    readFile: (file) => readFileSync(file, "utf8"),
    readStdin: () => Bun.stdin.text(),
    stdin: () => Bun.stdin.stream(),
    write: writeAll,
    onSignal,
    exit: (code) => process.exit(code),
  };
}

/**
 * Bytes that the other end took, perhaps 0; what cannot be written at all is gone. When nobody reads the results any more
 * (`| head`) the process ends quietly, as others do; when nobody reads the log, what it tells about goes on.
 */
function writeSome(fd: 1 | 2, bytes: Uint8Array): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (code === "EAGAIN") return 0;
    if (fd === 2) return bytes.length;
    if (code === "EPIPE") process.exit(141);
    throw error;
  }
}

/** Writes in this turn, so that nothing is lost when the process ends at once. @throws what the system says of results */
function print(fd: 1 | 2, bytes: Uint8Array): void {
  // results wait for their reader, as those of other programs do
  const most = fd === 1 ? Number.POSITIVE_INFINITY : 1000;
  for (let at = 0, tries = 0; at < bytes.length && tries < most; ) {
    const taken = writeSome(fd, bytes.subarray(at));
    at += taken;
    if (taken > 0) continue;
    tries++; // a pipe that is full: wait a little
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  }
}

/** How soon a full pipe is tried again. */
const FULL_PIPE_MS = 5;

/** As `print`, for as long as it takes: an export loses nothing for a slow reader, and fails where it cannot be written. */
async function writeAll(bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : "";
      if (code !== "EAGAIN") throw error;
      await Bun.sleep(FULL_PIPE_MS);
    }
  }
}

async function ask(question: string): Promise<string | null> {
  const { createInterface } = await import("node:readline");
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await new Promise<string | null>((resolve) => {
      reader.once("close", () => resolve(null));
      reader.question(question, resolve);
    });
  } finally {
    reader.close();
  }
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

function onSignal(listener: (signal: string) => void): () => void {
  for (const signal of SIGNALS) process.on(signal, listener);
  return () => {
    for (const signal of SIGNALS) process.off(signal, listener);
  };
}

/** Whether stdout is the stream that systemd names in JOURNAL_STREAM, as device:inode; a terminal's children inherit the name. */
function toJournal(stream: string | undefined): boolean {
  if (stream === undefined) return false;
  try {
    const { dev, ino } = fstatSync(1);
    return stream === `${dev}:${ino}`;
  } catch {
    return false;
  }
}
