import type { z } from "zod";
import { type BadValue, BadValues, Refusal } from "../../base/errors.ts";
import { judged, pathText, pointerOf, type Problem } from "../../base/voice.ts";
import { readJson } from "../../measure/strict-json.ts";
import { readBody } from "../kit/body.ts";
import type { Handler, HttpContext } from "../deps.ts";
import { type Actor, actorOf } from "./actor.ts";
import { allow } from "./allow.ts";
import type { RequestPace } from "./pace.ts";
import type { Kept, Repeats } from "./repeats.ts";
import type { AnyOperation, ApiDeps, Call, Reply, Seeker } from "./route.ts";
import { checkState, mustSayState } from "./state.ts";

/** What all operations share. */
export interface Shared {
  readonly deps: ApiDeps;
  /** Null: no limit. */
  readonly pace: RequestPace | null;
  /** The same for those who need not say who they are, by address. */
  readonly strangers: RequestPace | null;
  readonly repeats: Repeats;
}

/** An operation as a handler: who asks, how often, for what, may they, is it well-formed, was it asked before; then it runs. */
export function serve(shared: Shared, operation: AnyOperation): Handler {
  return async (c) => {
    const { deps } = shared;
    const who = actorOf(deps, c);
    allow(shared, c, who.principal.key);
    const seeker: Seeker = { deps, who, param: (name) => c.req.param(name) ?? "" };
    const found: unknown = operation.find(seeker);
    const query = operation.query ? checked(operation.query, queryOf(c), "?") : {};
    const ifMatch = c.req.header("If-Match");
    if (operation.needsState) mustSayState(ifMatch);
    const text = operation.body ? await bodyText(c, deps.limits.maxBody) : "";
    const body = operation.body && checked(operation.body, operation.bodyType ? text : parsed(c, text), "");
    const { key: account } = who.principal;
    const call = callOf(operation, seeker, { found, query, body, ifMatch });
    const work = async () => kept(operation, await operation.run(call));
    const key = c.req.header("Idempotency-Key");
    if (operation.method !== "post" || key === undefined) return answer(await work());
    const request = [operation.id, c.req.path, JSON.stringify(query), text];
    const asked = { account, key, request, now: deps.clock.steady() };
    const { kept: first, repeated } = await shared.repeats.once(asked, work);
    return answer(first, repeated ? { "Idempotency-Replayed": "true" } : {});
  };
}

/** What an operation runs with. @param asked what was found and checked already */
export function callOf(
  operation: AnyOperation,
  seeker: Seeker,
  asked: {
    readonly found: unknown;
    readonly query: unknown;
    readonly body: unknown;
    readonly ifMatch: string | undefined;
  },
): Call<unknown, unknown, unknown> {
  const { deps, who } = seeker;
  const { key: account } = who.principal;
  const by = { key: account, name: deps.fleet.accountName(account), from: who.address };
  return {
    ...seeker,
    found: asked.found,
    edit: (decide) => deps.fleet.edit(decide, by),
    again: () => {
      stillGood(deps, who);
      return operation.find(seeker);
    },
    query: asked.query,
    body: asked.body,
    checkState: (etag) => checkState(asked.ifMatch, etag),
  };
}

/** A token may have been revoked while its request waited for its turn. @throws Refusal unknown_token */
function stillGood({ directory }: ApiDeps, { token }: Actor): void {
  if (token === null || directory.token(token)) return;
  throw new Refusal("unknown_token", "This access token was revoked.");
}

function kept(operation: AnyOperation, { body, etag, location }: Reply<unknown>): Kept {
  return {
    status: operation.status ?? 200,
    text: JSON.stringify(body),
    headers: { ...(etag !== undefined && { ETag: etag }), ...(location !== undefined && { Location: location }) },
  };
}
function answer({ status, text, headers }: Kept, more: Record<string, string> = {}): Response {
  const all = { ...headers, ...more, "Content-Type": "application/json; charset=utf-8" };
  return new Response(text, { status, headers: all });
}

/**
 * @param prefix of paths: "?" for the parameters of an address
 * @param tells whether names that were sent may be repeated; what people type into forms is not
 * @throws BadValues invalid_request: every wrong value with its path
 */
export function checked<S extends z.ZodType>(schema: S, value: unknown, prefix: "" | "?", tells = true): z.output<S> {
  const result = judged(schema, value);
  if ("data" in result) return result.data;
  throw new BadValues("invalid_request", result.problems.map((one) => badValue(one, prefix, tells)).slice(0, MOST));
}
const MOST = 100;

function badValue({ path, key, message }: Problem, prefix: "" | "?", tells: boolean): BadValue {
  const place = key === undefined || !tells ? path : [...path, key];
  const said = key === undefined || tells ? message : message.replace(/^unknown key "(?:[^"\\]|\\.)*"/, "unknown key");
  const at = pathText(place.map((part) => (typeof part === "string" ? part.slice(0, 80) : part)));
  return prefix === "?"
    ? { path: `?${at}`, message: said.replace("key", "parameter") }
    : { path: at, pointer: pointerOf(place), message: said };
}

function queryOf(c: HttpContext): Record<string, string> {
  const all = new Map<string, string>();
  const twice = new Set<string>();
  for (const [name, value] of new URL(c.req.url).searchParams) {
    if (all.has(name)) twice.add(name.slice(0, 80));
    all.set(name, value);
  }
  if (twice.size > 0)
    throw new BadValues(
      "invalid_request",
      [...twice].map((name) => ({ path: `?${name}`, message: "is given twice" })),
    );
  return Object.fromEntries(all);
}

async function bodyText(c: HttpContext, max: number): Promise<string> {
  const bytes = await readBody(c.req.raw, max);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal("invalid_request", "The body is not UTF-8.");
  }
}

/**
 * The JSON of a body. It must say that it is JSON: what a form of another site can send says something else.
 * @throws Refusal invalid_request
 */
function parsed(c: HttpContext, text: string): unknown {
  const type = (c.req.header("Content-Type") ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/json" && type !== "application/merge-patch+json")
    throw new Refusal("invalid_request", "Send JSON, with the header Content-Type: application/json.");
  return readJson(text);
}
