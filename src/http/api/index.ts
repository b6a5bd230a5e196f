import type { Hono } from "hono";
import { senderOf } from "../../base/address.ts";
import type { Handler, HttpContext, HttpEnv } from "../deps.ts";
import { allow } from "./allow.ts";
import { CONNECTION_FILES } from "./connection.ts";
import { PEOPLE } from "../people/operations.ts";
import { FREE_TOPICS } from "./free-topics.ts";
import { OPERATIONS } from "./operations.ts";
import { servePeople } from "../people/operation.ts";
import { openApi } from "./openapi.ts";
import { RequestPace } from "./pace.ts";
import { referencePage } from "./reference.ts";
import { Repeats } from "./repeats.ts";
import { etagOf } from "./state.ts";
import type { AnyDescribed, ApiDeps, Handled, HandlerNeeds } from "./route.ts";
import { BACKUP_FILES } from "./backups.ts";
import { ALERT_STREAMS } from "./notifications.ts";
import { MEASUREMENTS } from "./measurements.ts";
import { SHARED } from "../shared/operations.ts";
import { SESSION_TRACE } from "./session-trace.ts";
import { serve } from "./serve.ts";

export { OPERATIONS } from "./operations.ts";
/** Operations that answer in their own way, which a token may do, too. */
export const HANDLED: readonly Handled[] = [
  ...MEASUREMENTS,
  ...FREE_TOPICS,
  ...CONNECTION_FILES,
  ...BACKUP_FILES,
  ...SESSION_TRACE,
  ...ALERT_STREAMS,
];
/** What programs can do with a token: what the SDK has. */
export const FOR_PROGRAMS: readonly AnyDescribed[] = [...OPERATIONS, ...HANDLED.map(({ described }) => described)];
/** All that the document describes. */
export const DESCRIBED: readonly AnyDescribed[] = [
  ...FOR_PROGRAMS,
  ...SHARED.map(({ described }) => described),
  ...PEOPLE,
];

export const API = "/api/v1";

/** Whether a request is for the API, whose refusals are problem details. */
export function isApi(c: HttpContext): boolean {
  return c.req.path === API || c.req.path.startsWith(`${API}/`);
}

/** Adds the operations, the OpenAPI document and its page. */
export function addApi(app: Hono<HttpEnv>, needs: HandlerNeeds): void {
  const { deps, pace } = needs;
  const shared = { deps, pace, strangers: paceOf(deps), repeats: new Repeats() };
  const add = ({ method, path }: AnyDescribed, handler: Handler) =>
    app.on(method.toUpperCase(), API + path.replaceAll(/\{(\w+)\}/g, ":$1"), handler);
  for (const operation of OPERATIONS) add(operation, serve(shared, operation));
  for (const { described, handler } of [...HANDLED, ...SHARED]) add(described, handler(needs));
  const { people } = deps;
  if (people) for (const operation of PEOPLE) add(operation, servePeople(shared, { ...deps, people }, operation));
  const pages = onDemand();
  /** Anyone may ask, so addresses are counted. */
  const counted = (c: HttpContext) =>
    allow({ deps, pace: shared.strangers }, c, `page ${senderOf(c.env.remoteAddress)}`);
  app.get(`${API}/openapi.json`, (c) => {
    counted(c);
    const { bytes, etag } = pages();
    const headers = { ETag: etag, "Content-Type": "application/json; charset=utf-8" };
    if (c.req.header("If-None-Match")?.includes(etag)) return new Response(null, { status: 304, headers });
    return new Response(bytes, { headers });
  });
  app.get(`${API}/docs`, (c) => {
    counted(c);
    const { html, policy } = pages().page;
    c.set("policy", policy);
    return c.html(html);
  });
}

/** How fast each account may ask; null: there is no limit. */
export function paceOf({ limits }: Pick<ApiDeps, "limits">): RequestPace | null {
  return limits.maxRequestRate === 0 ? null : new RequestPace(limits.maxRequestRate);
}

/** Made when somebody asks for the first time. */
function onDemand() {
  let made: { bytes: Uint8Array<ArrayBuffer>; etag: string; page: ReturnType<typeof referencePage> } | null = null;
  return () => {
    if (made === null) {
      const document = openApi(DESCRIBED);
      const bytes = new TextEncoder().encode(JSON.stringify(document));
      made = { bytes, etag: etagOf(document), page: referencePage(document) };
    }
    return made;
  };
}
