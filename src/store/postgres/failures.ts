import { DatabaseError } from "pg";
import { errorText, Refusal } from "../../base/errors.ts";

/** The connection is gone, or never was: nobody knows what became of what was under way. */
export class Lost extends Error {
  override readonly name = "Lost";
}

/** PostgreSQL's own code of an error (SQLSTATE); "" for other errors. */
export function sqlState(error: unknown): string {
  return error instanceof DatabaseError ? (error.code ?? "") : "";
}

/** Whether a connection that said this is of no use any more. */
export function endsConnection(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return true;
  const state = error.code ?? "";
  return error.severity === "FATAL" || error.severity === "PANIC" || /^(?:08|57P0)/.test(state);
}

/** Codes of which operators can be told what to do. */
const WORDS: Readonly<Record<string, string>> = {
  "28P01": "the password is wrong",
  "28000": "pg_hba.conf does not let this user in",
  "3D000": "the database does not exist; create it first (createdb)",
  "42501": "the user lacks a right there",
  "53100": "the disk of the PostgreSQL server is full: make room there",
  "53300": "it has no connection left (max_connections)",
  "57P03": "it is starting up, or shutting down",
  "25006": "it takes no writes: it is a standby, or was made read-only",
  FC001: "another server has taken this store over",
};

/** The refusal for what failed, saying what to do where that is known. */
export function unavailable(error: unknown): Refusal {
  return error instanceof Refusal ? error : unavailableBy(sqlState(error), errorText(error));
}
/** The same of what is known by PostgreSQL's code and words. */
export function unavailableBy(state: string, message: string): Refusal {
  const known = WORDS[state];
  const why = known === undefined ? message : `${known} (${message})`;
  return new Refusal("storage_unavailable", `PostgreSQL failed: ${why}${state ? ` [${state}]` : ""}.`);
}
