import { type BadValue, BadValues, CATALOGUE, type Refusal } from "../../base/errors.ts";
import { pointerOf } from "../../base/voice.ts";
import { retryAfter, rowsIn } from "../kit/answer.ts";

/** How many bad rows or values an answer names. */
const SHOWN = 100;

/**
 * A refusal as an answer under /api/v1: problem details (RFC 9457) with the catalogue's code. `errors` names the values it
 * is about, `rows` what is wrong with rows of a table (counted from 0); of either the first 100. `rows_total` is how many rows are bad.
 */
export function problemAnswer(refusal: Refusal): Response {
  const { code, message, rows, http: status } = refusal;
  const body = {
    type: `urn:fieldcast:problem:${code}`,
    title: CATALOGUE[code].title,
    status,
    detail: message,
    code,
    message,
    ...(refusal instanceof BadValues && { errors: refusal.values.slice(0, SHOWN).map(shown) }),
    ...(rows !== undefined && { rows: rows.slice(0, SHOWN), rows_total: rowsIn(rows) }),
  };
  const headers = new Headers({ "Content-Type": "application/problem+json" });
  if (status === 401) headers.set("WWW-Authenticate", "Token");
  const retry = retryAfter(refusal);
  if (retry !== undefined) headers.set("Retry-After", retry);
  return new Response(JSON.stringify(body), { status, headers });
}

/** A wrong value of the body with its JSON Pointer, one of the address with the parameter's name. */
function shown({ path, pointer, message }: BadValue) {
  if (path.startsWith("?")) return { path, parameter: path.slice(1), message };
  return { path, pointer: pointer ?? (path === "" ? "" : pointerOf(path.split("."))), message };
}
