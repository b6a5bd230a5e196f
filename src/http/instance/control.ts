import { Hono } from "hono";
import type { OperationTable, StreamTable } from "../../admin/types.ts";
import type { TraceLines } from "../../broker/types.ts";
import { CATALOGUE, Refusal } from "../../base/errors.ts";
import type { Log } from "../../base/types.ts";
import { readJson } from "../../measure/strict-json.ts";
import { AS_MADE } from "../kit/answer.ts";
import { readBody } from "../kit/body.ts";

interface ControlDeps {
  /** By name. */
  readonly operations: OperationTable;
  readonly streams?: StreamTable;
  /** What becomes of all other operations; by default they are not known. */
  readonly otherwise?: () => Refusal;
  readonly log: Log;
}

/** Fleet files come this way, whole. */
const MAX_BODY = 64 * 1024 * 1024;

/**
 * The HTTP side for commands of the same machine. It asks for no token: whoever serves it makes sure that only the owner of
 * the data folder reaches it. `POST /control/<operation>` with JSON (or nothing) answers `{"ok":true,"result":…}`, or
 * `{"ok":false,"code","message"}` with the catalogue's status; `GET /control/ping` tells that somebody is there. The
 * answer of a stream is one JSON object a line, for as long as it goes on.
 */
export function createControl(deps: ControlDeps): { fetch(request: Request): Response | Promise<Response> } {
  const operations = new Map(Object.entries(deps.operations));
  const streams = new Map(Object.entries(deps.streams ?? {}));
  const app = new Hono();
  app.notFound(() => failure(new Refusal("not_found", "There is nothing at this address.")));
  app.onError((error, c) => {
    if (error instanceof Refusal) return failure(error);
    deps.log.error({ err: error, path: c.req.path.slice(0, 200) }, "a control operation failed");
    return failure(new Refusal("internal_error", CATALOGUE.internal_error.title));
  });
  app.get("/control/ping", () => success("pong"));
  app.post("/control/:operation", async (c) => {
    const name = c.req.param("operation");
    const stream = streams.get(name);
    if (stream) return lines(await stream(await inputOf(c.req.raw)));
    const operation = operations.get(name);
    if (!operation)
      throw (
        deps.otherwise?.() ??
        new Refusal("not_found", "The running server knows no such operation; is it another version?")
      );
    return success(await operation(await inputOf(c.req.raw)));
  });
  return { fetch: (request) => app.fetch(request) };
}

/** Nothing may be lost without a word here either: keys that are given twice, and numbers that no double holds, are refused. */
async function inputOf(request: Request): Promise<unknown> {
  const body = await readBody(request, MAX_BODY);
  if (body.length === 0) return undefined;
  return readJson(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8"));
}

/** Lines as the answer to a request, made as fast as they are read. */
export function lines(source: TraceLines): Response {
  const utf8 = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const text = await source.next();
      if (text === null) controller.close();
      else controller.enqueue(utf8.encode(text));
    },
    cancel: () => source.close(),
  });
  return new Response(body, { headers: { "Content-Type": "application/x-ndjson", ...AS_MADE } });
}

function success(result: unknown): Response {
  return Response.json({ ok: true, result: result ?? null });
}

function failure(refusal: Refusal): Response {
  const { code, message, rows } = refusal;
  return Response.json({ ok: false, code, message, ...(rows === undefined ? {} : { rows }) }, { status: refusal.http });
}
