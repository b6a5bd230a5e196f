import type { Principal } from "../../auth/principal.ts";
import { Refusal } from "../../base/errors.ts";
import type { Micros } from "../../base/types.ts";
import type { DeviceNode } from "../../fleet/directory.ts";
import { refuseRows } from "../../measure/bad-rows.ts";
import { type ReadBatch, readBatch } from "../../measure/batch.ts";
import { decode, quote, skipSpace, trimEnd } from "../../measure/bytes.ts";
import { parseJsonText } from "../../measure/json.ts";
import { mayNameDevice, upperAscii } from "../../topic/grammar.ts";
import { findDeviceAnywhere } from "../../admin/readable.ts";
import { authenticate } from "../kit/access.ts";
import { JSON_TYPE } from "../kit/answer.ts";
import { readBody } from "../kit/body.ts";
import type { Handler, HttpContext, HttpDeps } from "../deps.ts";

const SHAPE = 'send {"field": …, "value": …} and, if you like, "timestamp"';
const SEVERAL = "to record several at once, add ?batch=true to the address";
const KEYS: ReadonlySet<string> = new Set(["field", "value", "timestamp"]);
const EMPTY = new Uint8Array(0);
const JSON_HEADERS = new Headers({ "Content-Type": JSON_TYPE });

/** What is known of a request while it is judged; a refusal tells the person all of it. */
interface Attempt {
  readonly batch: boolean;
  principal: Principal;
  device: DeviceNode | null;
  payload: Uint8Array;
}

/** How an address names its device, and whether it takes one measurement or several. */
export interface Address {
  isBatch(c: HttpContext): boolean;
  /** The device as it is called there. */
  name(c: HttpContext): string;
  /** @throws Refusal when there is none that who asks may see */
  find(deps: HttpDeps, principal: Principal, c: HttpContext): DeviceNode;
}
const ANYWHERE: Address = {
  isBatch,
  name: (c) => c.req.param("id") ?? "",
  find: ({ directory }, principal, c) => findDeviceAnywhere(directory, principal, c.req.param("id") ?? ""),
};

/**
 * `POST /v1/devices/<id or serial>/record/` (wire contract section 10): one measurement, or a batch with `?batch=true`.
 * 200 `{"ok":true,"recorded":n}` after the commit. What is refused here is reported like a refused publish; what the
 * recorder refuses it reports itself.
 * @param headers of that answer
 */
export function record(deps: HttpDeps, headers: Headers = JSON_HEADERS, address: Address = ANYWHERE): Handler {
  return async (c) => {
    // who it is comes first: what is wrong with an address is nobody else's business
    const principal = authenticate(deps, c);
    const batch = address.isBatch(c);
    const attempt: Attempt = { batch, principal, device: null, payload: EMPTY };
    const read = await judge(deps, c, attempt, address);
    const { device } = attempt;
    if (!device) throw new Error("a request was accepted without a device");
    try {
      const { payload } = attempt;
      const topic = topicOf(deps, attempt, address.name(c));
      const recorded = await deps.recorder.submit({
        principal: attempt.principal,
        device,
        ...read,
        topic,
        payload,
      });
      return new Response(`{"ok":true,"recorded":${recorded}}`, { headers });
    } catch (error) {
      throw batch ? error : ofOneRow(error);
    }
  };
}

/** @throws Refusal rate_limited, which is not reported: a message for each would be what the rate is to prevent */
function slowDown({ brakes }: HttpDeps, { principal, payload }: Attempt): void {
  const seconds = brakes.record(principal.key, payload.length);
  if (seconds === 0) return;
  const text = `This account records faster than it may. Try again in ${seconds} s.`;
  throw new Refusal("rate_limited", text, undefined, seconds);
}

/** Everything before the recorder; fills the attempt in. @throws Refusal, which was reported */
async function judge(deps: HttpDeps, c: HttpContext, attempt: Attempt, address: Address): Promise<ReadBatch> {
  const called = address.name(c);
  try {
    attempt.device = address.find(deps, attempt.principal, c);
    if (!attempt.principal.mayRecord(attempt.device)) {
      throw new Refusal("not_permitted", "You may read this device, but not record measurements of it.");
    }
    attempt.payload = await readBody(c.req.raw, deps.limits.maxBody);
    slowDown(deps, attempt);
    // A body can take its time, and rights obey at once: what was decided before it is decided again.
    attempt.principal = authenticate(deps, c);
    attempt.device = address.find(deps, attempt.principal, c);
    const now = deps.clock.micros();
    return attempt.batch
      ? readBatch(attempt.payload, { now, maxRows: deps.limits.maxBatchRows })
      : readOne(attempt.payload, now);
  } catch (error) {
    // Nobody who may not come in hears of it over MQTT.
    if (error instanceof Refusal && error.http !== 401 && error.code !== "rate_limited")
      report(deps, attempt, called, error);
    throw error;
  }
}

/** `?batch=true`, in any case: Python writes `True`. */
function isBatch(c: HttpContext): boolean {
  for (const [key, values] of Object.entries(c.req.queries())) {
    if (key.toLowerCase() === "batch" && values.some((value) => value.toLowerCase() === "true")) return true;
  }
  return false;
}

/**
 * Reads the form with one measurement; its value and time are read exactly as those of a batch's row.
 * @throws Refusal invalid_request
 */
function readOne(body: Uint8Array, now: Micros): ReadBatch {
  const keys = keysOf(body);
  const odd = keys.find((key) => !KEYS.has(key));
  if (odd !== undefined) {
    throw new Refusal("invalid_request", `The body has a key ${quote(odd)}; ${SHAPE}, or, ${SEVERAL}.`);
  }
  for (const key of ["field", "value"]) {
    if (!keys.includes(key)) throw new Refusal("invalid_request", `The body has no key "${key}"; ${SHAPE}.`);
  }
  try {
    const read = readBatch(body, { now });
    // of a form that is wrong nothing else is looked at: what the body means is not known
    if (read.bad.some(({ code }) => code === "invalid_batch")) throw refuseRows(read.bad, read.count);
    return read;
  } catch (error) {
    throw ofOneRow(error);
  }
}

/** The keys of the object that the body is, also when it is JSON text inside a JSON string. */
function keysOf(body: Uint8Array): readonly string[] {
  const from = skipSpace(body, 0, body.length);
  const to = trimEnd(body, from, body.length);
  if (from === to) throw new Refusal("invalid_request", `The body is empty; ${SHAPE}.`);
  const text = decode(body, from, to);
  if (text === null) throw new Refusal("invalid_request", `The body is not UTF-8 text; ${SHAPE}.`);
  const outer = parseJsonText(text);
  const json = typeof outer === "string" ? parseJsonText(outer) : outer;
  if (json === undefined) throw new Refusal("invalid_request", `The body ${quote(text)} is not JSON; ${SHAPE}.`);
  if (Array.isArray(json)) throw new Refusal("invalid_request", `The body is a list; ${SEVERAL}.`);
  if (typeof json !== "object" || json === null) {
    throw new Refusal("invalid_request", `The body is not a JSON object; ${SHAPE}.`);
  }
  return Object.keys(json);
}

/** A refusal that speaks of row 0 as one that speaks of the body: who sent one measurement knows of no rows. */
function ofOneRow(error: unknown): unknown {
  if (!(error instanceof Refusal)) return error;
  const { rows = [] } = error;
  const code = rows[0]?.code ?? error.code;
  const messages = rows.length === 0 ? [error.message] : rows.map(({ message }) => message);
  const message = messages.map((text) => text.replace("Row 0: ", "").replace(/^Row 0 /, "The body ")).join(" ");
  return new Refusal(code === "invalid_batch" ? "invalid_request" : code, message);
}

/** Tells the person what a refused publish would tell, on the topic that would have said the same. */
function report(deps: HttpDeps, attempt: Attempt, called: string, refusal: Refusal): void {
  const { principal, device, payload } = attempt;
  const { code, message, rows } = refusal;
  const [bad] = rows ?? [];
  const topic = topicOf(deps, attempt, called);
  const row = bad ? { row: bad.row } : {};
  deps.recorder.report({ principal, device, code, message, topic, payload, ...row, time: deps.clock.micros() });
}

/** The topic on which a publish would have said the same. */
function topicOf(deps: HttpDeps, { batch, device, payload }: Attempt, called: string): string {
  const root = `${deps.prefix}-pub`;
  if (!device) return `${root}/_/${mayNameDevice(called) ? called : "_"}`;
  return `${root}/${device.product.row.slug}/${device.row.id}${batch ? "" : fieldLevel(device, payload)}`;
}

/** `/<FIELD>` when the body says one measurement of a field that exists. */
function fieldLevel(device: DeviceNode, payload: Uint8Array): string {
  const json = parseJsonText(decode(payload, 0, payload.length) ?? "");
  if (typeof json !== "object" || json === null || !("field" in json) || typeof json.field !== "string") return "";
  const field = upperAscii(json.field);
  return device.product.fields.has(field) ? `/${field}` : "";
}
