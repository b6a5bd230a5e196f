import { refusalsShown } from "../../admin/refusals.ts";
import { Refusal } from "../../base/errors.ts";
import { quote } from "../../measure/bytes.ts";
import type { StoredRefusal } from "../../store/ports.ts";
import { findReadable } from "../../admin/readable.ts";
import { authenticate } from "../kit/access.ts";
import { jsonText } from "../kit/answer.ts";
import type { Handler, HttpContext, HttpDeps } from "../deps.ts";
import type { Reads } from "../kit/reads.ts";

const MOST = 200;
const DEFAULT = 100;

/** `GET /v1/devices/<id or serial>/log/`: what was refused for this device (wire contract section 7), newest first. */
export function deviceLog(deps: HttpDeps, reads: Reads): Handler {
  return async (c) => {
    const principal = authenticate(deps, c);
    reads.allow(c, principal);
    const device = findReadable(deps.directory, principal, c.req.param("id") ?? "");
    return answer(await deps.store.readRefusals(device.row.uid, null, limitOf(c)));
  };
}

/** `GET /v1/log/`: what the caller itself was refused, newest first. */
export function ownLog(deps: HttpDeps, reads: Reads): Handler {
  return async (c) => {
    const principal = authenticate(deps, c);
    reads.allow(c, principal);
    return answer(await deps.store.readRefusals(null, principal.key, limitOf(c)));
  };
}

function limitOf(c: HttpContext): number {
  const text = c.req.query("limit") ?? "";
  if (text === "") return DEFAULT;
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MOST) return limit;
  throw new Refusal("invalid_request", `The limit ${quote(text)} is not a number from 1 to ${MOST}.`);
}

function answer(refusals: readonly StoredRefusal[]): Response {
  return jsonText(JSON.stringify(refusalsShown(refusals)));
}
