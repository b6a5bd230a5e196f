import type { Hono } from "hono";
import type { HttpContext, HttpEnv } from "../deps.ts";
import { API_USERS, TOKENS } from "./api-users.ts";
import { DEVICES } from "./devices.ts";
import { openApi } from "./openapi.ts";
import { Pace } from "./pace.ts";
import { PRODUCTS } from "./products.ts";
import { referencePage } from "./reference.ts";
import { Repeats } from "./repeats.ts";
import { RETENTION } from "./retention.ts";
import { RIGHTS } from "./rights.ts";
import type { AnyOperation, ApiDeps } from "./route.ts";
import { serve } from "./serve.ts";
import { WATCHING } from "./watching.ts";
import { WORKSPACES } from "./workspaces.ts";

/** All operations under /api/v1, in the order of the document. */
export const OPERATIONS: readonly AnyOperation[] = [
  ...WORKSPACES,
  ...API_USERS,
  ...TOKENS,
  ...RIGHTS,
  ...PRODUCTS,
  ...RETENTION,
  ...DEVICES,
  ...WATCHING,
];

export const API = "/api/v1";

/** Whether a request is for the API, whose refusals are problem details. */
export function isApi(c: HttpContext): boolean {
  return c.req.path === API || c.req.path.startsWith(`${API}/`);
}

/** Adds the operations, the OpenAPI document and its page. */
export function addApi(app: Hono<HttpEnv>, deps: ApiDeps): void {
  const rate = deps.limits.maxRequestRate;
  const shared = { deps, pace: rate === 0 ? null : new Pace(rate), repeats: new Repeats() };
  for (const operation of OPERATIONS)
    app.on(
      operation.method.toUpperCase(),
      API + operation.path.replaceAll(/\{(\w+)\}/g, ":$1"),
      serve(shared, operation),
    );
  const pages = onDemand();
  app.get(`${API}/openapi.json`, () => Response.json(pages().document));
  app.get(`${API}/docs`, (c) => {
    const { html, policy } = pages().page;
    c.set("policy", policy);
    return c.html(html);
  });
}

/** Made when somebody asks for the first time. */
function onDemand() {
  let made: { document: ReturnType<typeof openApi>; page: ReturnType<typeof referencePage> } | null = null;
  return () => {
    if (made === null) {
      const document = openApi(OPERATIONS);
      made = { document, page: referencePage(document) };
    }
    return made;
  };
}
