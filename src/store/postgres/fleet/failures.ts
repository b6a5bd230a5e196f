import { DatabaseError } from "pg";
import { errorText, Refusal } from "../../../base/errors.ts";
import { takenIn } from "../../sqlite/fleet/failures.ts";
import { unavailable } from "../failures.ts";

/** What an error says that came while the fleet was opened. */
export function opening(where: string, error: unknown): unknown {
  if (error instanceof RangeError)
    return new Refusal(
      "damaged_store",
      `The fleet in ${where} is damaged (${errorText(error)}). Nothing in it was changed. Restore the database from a backup.`,
    );
  return unavailable(error);
}

/** What an error says that came while it was read or written. */
export function committing(error: unknown): unknown {
  if (error instanceof DatabaseError) {
    if (error.code === "23505")
      return new Refusal("invalid_fleet", `${takenIn(error.table ?? "")} Nothing was changed.`);
    if (error.code === "23503")
      return new Refusal("not_found", "Something that this refers to is no longer there. Nothing was changed.");
  }
  return unavailable(error);
}

/** The same of how people sign in. */
export function signingIn(error: unknown): unknown {
  if (error instanceof RangeError) return new Refusal("damaged_store", `The fleet is damaged: ${error.message}.`);
  if (error instanceof DatabaseError && error.code === "23503")
    return new Refusal("not_found", "The account or the workspace is no longer there. Nothing was changed.");
  return unavailable(error);
}
