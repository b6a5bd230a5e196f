import type { Hono } from "hono";
import type { Handler, HttpContext, HttpEnv } from "../deps.ts";
import { PERSONS } from "./persons.ts";
import { API_USERS, TOKENS } from "./api-users.ts";
import { DEVICES } from "./devices.ts";
import { PEOPLE } from "../people/operations.ts";
import { servePeople } from "../people/operation.ts";
import { openApi } from "./openapi.ts";
import { Pace } from "./pace.ts";
import { PRODUCTS } from "./products.ts";
import { referencePage } from "./reference.ts";
import { Repeats } from "./repeats.ts";
import { RETENTION } from "./retention.ts";
import { RIGHTS } from "./rights.ts";
import type { AnyDescribed, AnyOperation, ApiDeps } from "./route.ts";
import { serve } from "./serve.ts";
import { WATCHING } from "./watching.ts";
import { WORKSPACES } from "./workspaces.ts";

/** Operations that a token may do, in the order of the document. */
export const OPERATIONS: readonly AnyOperation[] = [
  ...WORKSPACES,
  ...PERSONS,
  ...API_USERS,
  ...TOKENS,
  ...RIGHTS,
  ...PRODUCTS,
  ...RETENTION,
  ...DEVICES,
  ...WATCHING,
];
/** All that the document describes. */
export const DESCRIBED: readonly AnyDescribed[] = [...OPERATIONS, ...PEOPLE];

export const API = "/api/v1";

/** Whether a request is for the API, whose refusals are problem details. */
export function isApi(c: HttpContext): boolean {
  return c.req.path === API || c.req.path.startsWith(`${API}/`);
}

/** Adds the operations, the OpenAPI document and its page. */
export function addApi(app: Hono<HttpEnv>, deps: ApiDeps): void {
  const rate = deps.limits.maxRequestRate;
  const pace = () => (rate === 0 ? null : new Pace(rate));
  const shared = { deps, pace: pace(), strangers: pace(), repeats: new Repeats() };
  const add = ({ method, path }: AnyDescribed, handler: Handler) =>
    app.on(method.toUpperCase(), API + path.replaceAll(/\{(\w+)\}/g, ":$1"), handler);
  for (const operation of OPERATIONS) add(operation, serve(shared, operation));
  const { people } = deps;
  if (people) for (const operation of PEOPLE) add(operation, servePeople(shared, { ...deps, people }, operation));
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
      const document = openApi(DESCRIBED);
      made = { document, page: referencePage(document) };
    }
    return made;
  };
}
