import { wantsPage } from "../kit/wants-page.ts";
import type { Hono } from "hono";
import { cors } from "hono/cors";
import { Refusal } from "../../base/errors.ts";
import { actorOf } from "../api/actor.ts";
import type { Handler, HttpContext, HttpDeps, HttpEnv } from "../deps.ts";
import { CORS } from "../kit/cors.ts";
import { JSON_TYPE } from "../kit/answer.ts";
import type { Reads } from "../kit/reads.ts";
import { type GraphQLError, type GraphQLSchema, getOperationAST } from "graphql";
import { type GraphContext, codeOf, failure } from "./context.ts";
import { Gate } from "./gate.ts";
import { PAGE } from "./page.ts";
import { readAsked } from "./request.ts";
import { Unreadable, read, run } from "./run.ts";
import { makeSchema } from "./schema.ts";

const PATHS = ["/graphql", "/graphql/"];
/** A document may ask for the histories of a whole fleet: so many times the values that one may have. */
const HISTORIES = 20;

/** Adds the interface to the addresses of the HTTP side. */
export function addGraphql(app: Hono<HttpEnv>, deps: HttpDeps, reads: Reads): void {
  for (const path of PATHS) app.use(path, cors({ ...CORS, allowMethods: ["GET", "HEAD", "POST"] }));
  app.on(["GET", "POST"], "/graphql", graphql(deps, reads));
}

/**
 * `/graphql` and `/graphql/`: the platform's GraphQL interface (docs/graphql.md). What is executed is 200, also with errors in it; a document that
 * cannot be is 400; a wrong token is 401 with an empty body, as clients of the platform know it.
 */
function graphql(deps: HttpDeps, reads: Reads): Handler {
  let schema: GraphQLSchema | null = null;
  return async (c) => {
    if (c.req.method === "GET" && c.req.query("query") === undefined && wantsPage(c)) return page(c);
    schema ??= makeSchema();
    let context: GraphContext;
    try {
      context = contextOf(deps, c);
    } catch (error) {
      if (error instanceof Refusal && error.http === 401) return new Response(null, { status: 401 });
      throw error;
    }
    const { who } = context;
    if (who) reads.allow(c, who.principal);
    try {
      const asked = await readAsked(c);
      const document = read(schema, asked);
      if (c.req.method === "GET" && getOperationAST(document, asked.operationName)?.operation === "mutation")
        return answer(
          405,
          { errors: [plain(failure("VALIDATION_ERROR", "A mutation is sent by POST."))] },
          { Allow: "POST" },
        );
      const work = () => run(schema as GraphQLSchema, document, asked, context); // it was made above
      return answer(200, await (who ? reads.within(who.principal, work) : work()));
    } catch (error) {
      if (error instanceof Unreadable) return answer(400, { errors: error.errors.map(plain) });
      if (error instanceof Refusal && error.http < 500)
        return answer(error.http, { errors: [plain(failure(codeOf(error), error.message))] });
      throw error;
    }
  };
}

/** Who asks: an absent or empty header is nobody. @throws Refusal unknown_token, expired_token */
function contextOf(deps: HttpDeps, c: HttpContext): GraphContext {
  const header = (c.req.header("Authorization") ?? "").trim();
  return {
    deps,
    who: header === "" ? null : actorOf(deps, c),
    secret: header === "" ? null : (header.split(/\s+/).at(-1) ?? null),
    address: c.env.remoteAddress,
    now: deps.clock.micros(),
    gate: new Gate(HISTORIES * deps.limits.maxHistoryPoints, () => performance.now()),
    told: new Set(),
  };
}

/** Every error has a code. */
function plain(error: GraphQLError): object {
  const { message, locations, path, extensions } = error;
  return {
    message,
    ...(locations && { locations }),
    ...(path && { path }),
    extensions: { ...extensions, code: extensions.code ?? "VALIDATION_ERROR" },
  };
}

function answer(status: number, body: object, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": JSON_TYPE, ...headers } });
}

function page(c: HttpContext): Response {
  c.set("policy", "default-src 'none'; frame-ancestors 'none'; style-src 'self'");
  return new Response(PAGE, { headers: { "Content-Type": "text/html; charset=utf-8" } });
}
