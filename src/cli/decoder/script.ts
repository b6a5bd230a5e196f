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
