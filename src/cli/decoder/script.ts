import { Refusal } from "../../base/errors.ts";
import type { Io } from "../types.ts";

/** The text of a file that somebody named. @throws Refusal invalid_request */
export function readScript(io: Io, file: string): string {
  try {
    return io.readFile(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Refusal(
      "invalid_request",
      `${file}: cannot be read (${why.startsWith("ENOENT") ? "there is no such file" : why})`,
    );
  }
}

/** A text, or what lies in the file behind an @. */
export function textOf(io: Io, given: unknown): string {
  const text = String(given);
  return text.startsWith("@") ? readScript(io, text.slice(1)) : text;
}
export function portOf(given: unknown): number {
  if (given === undefined) return 1;
  const port = /^\d{1,3}$/.test(String(given)) ? Number(given) : -1;
  if (port >= 0 && port <= 255) return port;
  throw new Refusal("invalid_request", `--port: "${String(given)}" is not a number from 0 to 255`);
}
export function jsonOf(flag: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Refusal("invalid_request", `${flag}: ${text.slice(0, 80)} is not JSON`);
  }
}
