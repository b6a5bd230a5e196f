import { Hono } from "hono";
import { cors } from "hono/cors";
import { methodNotAllowed } from "hono/method-not-allowed";
import { secureHeaders } from "hono/secure-headers";
import { isLoopback } from "../base/address.ts";
import { Refusal } from "../base/errors.ts";
import { authenticate } from "./kit/access.ts";
import { deleteHistory } from "./compat/delete-history.ts";
import { addApi, isApi, paceOf } from "./api/index.ts";
import { problemAnswer } from "./api/problem.ts";
import { failedLogins } from "./kit/failures.ts";
import { errorAnswer, refusalAnswer } from "./kit/answer.ts";
import type { Handler, Http, HttpContext, HttpDeps, HttpEnv } from "./deps.ts";
import { listDevices, showDevice } from "./compat/devices.ts";
import { exportMeasurements } from "./history/export.ts";
import { onlyParameters, onlyParametersInAnyCase } from "./kit/parameters.ts";
import { readYourWrites, withPositions } from "./kit/positions.ts";
import { Reads } from "./kit/reads.ts";
import { CONSOLE } from "./kit/static.ts";
import { wantsPage } from "./kit/wants-page.ts";
import { type OwnNames, speaksFromHere } from "./kit/here.ts";
import { addGraphql } from "./graphql/endpoint.ts";
import { API_CORS, CORS } from "./kit/cors.ts";
import { history } from "./compat/history.ts";
import { queryHistory } from "./history/own.ts";
import { addPeopleRoutes, usePeopleFirst } from "./people/routes.ts";
import { Prometheus } from "./instance/prometheus.ts";
import { withQuickRoutes } from "./kit/quick.ts";
import { quickRoutes } from "./quick-routes.ts";
import { record } from "./compat/record.ts";
import { deviceLog, ownLog } from "./compat/refusals.ts";
import { health, livenessAnswer } from "./health.ts";
import { addIntegrations } from "./integrations/routes.ts";
import { TEXT, WELCOME } from "./welcome.ts";
import { Streams } from "./events/streams.ts";
import { disconnectSessions, listSessions, showSession } from "./compat/sessions.ts";

export type { Http } from "./deps.ts";

/**
 * The HTTP side (wire contract section 10, docs/api.md, docs/compatibility.md "What is the same, and what is not") as one function from request to answer;
 * it opens no listener. Addresses work with and without the trailing slash. Every refusal is JSON of the catalogue.
 */
export function createHttp(deps: HttpDeps): Http {
  // Not strict: a slash at the end does not matter.
  const app = new Hono<HttpEnv>({ strict: false });
  const delay = failedLogins(deps);
  const failed = async (error: unknown, c: HttpContext): Promise<Response> => {
    await delay(error, c);
    return errorAnswer(error, c, deps.log, isApi(c) ? problemAnswer : refusalAnswer);
  };
  app.onError(failed);
  app.notFound((c) =>
    isApi(c)
      ? problemAnswer(
          new Refusal("not_found", "There is nothing at this address. Look at /api/v1/docs for what there is."),
        )
      : refusalAnswer(new Refusal("not_found", "There is nothing at this address. Look at / for what there is.")),
  );
  usePeopleFirst(app);
  app.use(ownPolicy);
  // No Strict-Transport-Security: it would close the plain listeners of the same host name to browsers.
  app.use(
    secureHeaders({
      strictTransportSecurity: false,
      xFrameOptions: "DENY",
      contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    }),
  );
  app.use(noStore);
  app.use(methodNotAllowed({ app, onMethodNotAllowed: wrongMethod }));
  // Open to every page, because the token and nothing else speaks for the caller: never with credentials.
  app.use("/v1/*", cors(CORS));
  app.use("/api/v1/*", cors(API_CORS));
  app.use("/v1/*", rateHeaders);
  app.use("/api/v1/*", rateHeaders);
  app.use("/api/v1/*", wholeAddress);
  if (deps.positions) app.use(readYourWrites(deps.positions));

  const pace = paceOf(deps);
  const reads = new Reads(deps, pace);
  const only = onlyParameters;
  const range = ["fields", "timeframe_start", "timeframe_end", "zone"];
  addGraphql(app, deps, reads);
  app.post("/v1/devices/:id/record", onlyParametersInAnyCase("batch"), record(deps));
  app.get("/v1/devices", only("serial_number", "particle_id", "limit", "cursor"), listDevices(deps, reads));
  app.get("/v1/devices/:id", only(), showDevice(deps, reads));
  app.get("/v1/devices/:id/historic_data", only(...range, "resolution", "aggregation", "locf"), history(deps, reads));
  app.delete("/v1/devices/:id/historic_data", only(...range, "dry_run"), deleteHistory(deps));
  app.on(["GET", "POST"], "/v1/history", queryHistory(deps, reads));
  app.get("/v1/export", exportMeasurements(deps, reads));
  app.get("/v1/devices/:id/log", only("limit"), deviceLog(deps, reads));
  app.get("/v1/log", only("limit"), ownLog(deps, reads));
  app.get("/v1/sessions", only("account", "client_id", "connected", "limit", "cursor"), listSessions(deps));
  app.post("/v1/sessions/disconnect", disconnectSessions(deps));
  // an account's name or key, as it is or percent-encoded; "disconnect" is none
  app.get("/v1/sessions/:account{[^/]*(?:@|:|%40|%3[aA])[^/]*}", showSession(deps));
  app.get("/v1/sessions/:account/:client", showSession(deps));
  const streams = new Streams(deps.metrics, deps.limits.maxStreams, deps.limits.maxStreamBuffer);
  deps.authority.onRevoked(() => streams.recheck());
  deps.authority.onRights((_, { narrowed }) => narrowed && streams.recheck());
  // who signs out, or is signed out, hears nothing more
  deps.people?.service.onSignedOut(() => streams.recheck());
  addApi(app, { deps, reads, streams, pace });
  addPeopleRoutes(app, deps);
  const network = addIntegrations(app, deps);
  app.get("/healthz", health(deps));
  app.get("/livez", livenessAnswer);
  app.get("/metrics", metrics(deps));
  if (deps.files) app.get(`${CONSOLE}*`, deps.files.handler(CONSOLE));
  app.get("/", (c) => (deps.files?.hasPage && wantsPage(c) ? c.redirect(CONSOLE) : c.text(WELCOME, 200, TEXT)));
  return {
    fetch: withPositions(
      withQuickRoutes(
        (request, { remoteAddress, fromNode }) => app.fetch(request, { remoteAddress, fromNode }),
        quickRoutes(deps, network),
        failed,
      ),
      deps.positions,
    ),
    tick: () => streams.tick(),
    end: () => streams.endAll(),
  };
}

/** A page may bring a policy of its own, in the place of the one that allows nothing. */
async function ownPolicy(c: HttpContext, next: () => Promise<void>): Promise<void> {
  await next();
  const own = c.get("policy");
  if (own !== undefined) c.res.headers.set("Content-Security-Policy", own);
}
async function rateHeaders(c: HttpContext, next: () => Promise<void>): Promise<void> {
  await next();
  for (const [name, value] of Object.entries(c.get("rate") ?? {})) c.res.headers.set(name, value);
}

const CHANGES_ONE: ReadonlySet<string> = new Set(["DELETE", "PATCH", "PUT"]);
/**
 * Clients, proxies and the platform take `.` and `..` out of an address before anybody sees it (RFC 3986, section 5.2.4):
 * `products/p/devices/..` comes as `products/p/`, and an id that is empty as `products/p/devices/`. What is left ends with a slash, which
 * no address of a change does, so that the whole is never changed in place of a part.
 */
async function wholeAddress(c: HttpContext, next: () => Promise<void>): Promise<void> {
  if (CHANGES_ONE.has(c.req.method) && new URL(c.req.url).pathname.endsWith("/"))
    throw new Refusal(
      "invalid_request",
      "The address of a change does not end with a slash: this is what is left of one whose last name is empty, `.` or `..`.",
    );
  await next();
}

async function noStore(c: HttpContext, next: () => Promise<void>): Promise<void> {
  await next();
  c.res.headers.set("Cache-Control", c.get("caching") ?? "no-store");
}

function wrongMethod(c: HttpContext, methods: string[]): Response {
  const allow = methods.join(", ");
  const method = c.req.method.slice(0, 20);
  const refusal = new Refusal("method_not_allowed", `${method} does nothing here; use ${allow}.`);
  const answer = isApi(c) ? problemAnswer(refusal) : refusalAnswer(refusal);
  answer.headers.set("Allow", allow);
  return answer;
}

const NO_NAMES: OwnNames = new Set();

/** `GET /metrics`: Prometheus text; from another machine only with a token of one who may `operate`. */
function metrics(deps: HttpDeps): Handler {
  const prometheus = new Prometheus(deps.metrics, deps.store);
  return async (c) => {
    const local = isLoopback(c.env.remoteAddress) && speaksFromHere(c.req.raw, deps.ownNames ?? NO_NAMES);
    if (!local && !authenticate(deps, c).operate) {
      throw new Refusal("not_permitted", 'The figures of the whole instance need the instance permission "operate".');
    }
    const { text, type } = await prometheus.print();
    return new Response(text, { headers: { "Content-Type": type } });
  };
}
