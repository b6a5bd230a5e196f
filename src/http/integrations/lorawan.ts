import type { Principal } from "../../auth/principal.ts";
import { Refusal } from "../../base/errors.ts";
import type { Incoming, Pair, Received } from "../../integrations/types.ts";
import { quote } from "../../measure/bytes.ts";
import { NETWORK_ADDRESSES, networkNamed, readNetwork } from "../../networks/index.ts";
import type { NetworkRequest } from "../../networks/types.ts";
import type { Handler, HttpContext, HttpDeps } from "../deps.ts";
import { RequestPace } from "../api/pace.ts";
import { readBody } from "../kit/body.ts";
import { networkToken } from "./network-token.ts";

/** Largest body of a network's request, in bytes. */
const MOST_BODY = 256 * 1024;
/** Networks wait for two seconds at least; who is not told in this time, in ms, that it is stored is told to come again. */
const LONGEST = 1800;
const TEXT = { "Content-Type": "text/plain; charset=utf-8" } as const;

/** @param headers of the answer when all is well */
export type NetworkHandler = (headers?: Headers) => Handler;

/**
 * `POST /integrations/lorawan/<network>` (docs/lorawan.md): reads what a LoRaWAN network tells of devices and passes it on. 200 `thanks`
 * once it is stored, also when it came before or is of no device that is known here: a network that hears of an error may
 * stop to send anything.
 * @returns what makes a handler; all of them count together
 */
export function lorawan(deps: HttpDeps): NetworkHandler {
  const { maxIntegrationRate } = deps.limits;
  const pace = maxIntegrationRate > 0 ? new RequestPace(maxIntegrationRate) : null;
  return (headers) => async (c) => {
    const name = networkNamed(c.req.param("network") ?? "");
    if (name === null)
      throw new Refusal(
        "not_found",
        `There is no network ${quote(c.req.param("network") ?? "")} here. There are: ${NETWORK_ADDRESSES.join(", ")}.`,
      );
    const url = new URL(c.req.url);
    const principal = whoSends(deps, c, url);
    // nobody has no account whose rate could count: the address does
    const wait = principal === null ? (pace?.ask(c.env.remoteAddress, deps.clock.steady()).wait ?? 0) : 0;
    if (wait > 0) throw tooFast(wait);
    const came = await cameOf(deps, c, url);
    const pause = principal === null ? 0 : deps.brakes.record(principal.key, came.request.body.length);
    if (pause > 0) throw tooFast(pause);
    const reading = readNetwork(name, came.request);
    const incoming: Incoming = {
      way: "lorawan",
      network: reading.ok ? reading.network : name,
      remote: c.env.remoteAddress,
      request: came.shown,
      topic: null,
      body: came.request.body,
      product: null,
      events: reading.ok ? reading.events : [],
      principal,
      dedupeKeys: [],
    };
    if (!reading.ok) {
      deps.integrations.inbound.unreadable(incoming, reading.problem);
      throw new Refusal("invalid_request", reading.problem);
    }
    await inTime(deps, deps.integrations.inbound.receive(incoming));
    return new Response("thanks", { headers: headers ?? TEXT });
  };
}

/** @returns null: nobody, and there is a product that takes that @throws Refusal unknown_token, expired_token */
function whoSends({ authority, clock, directory, metrics }: HttpDeps, c: HttpContext, url: URL): Principal | null {
  const sent = networkToken(c.req.raw.headers, url.searchParams);
  if (sent === null) {
    for (const { row } of directory.products()) if (row.networkTokenNeeded === false) return null;
    throw new Refusal(
      "unknown_token",
      "Send the header: Authorization: Token <access token>. Networks that cannot send it add ?token=<access token> to the address.",
    );
  }
  c.set("sentToken", true);
  const result = authority.authenticateHttp(sent, clock.trusted());
  if (result.ok) {
    authority.uses.note(result.tokenUid, clock.micros(), c.env.remoteAddress);
    return result.principal;
  }
  metrics.loginRefused(result.code);
  throw new Refusal(result.code, result.message);
}

function tooFast(seconds: number): Refusal {
  const text = `More comes from here than may. Try again in ${seconds} s.`;
  return new Refusal("rate_limited", text, undefined, seconds);
}

/** The request, as networks are read, and as it is shown. */
async function cameOf(deps: HttpDeps, c: HttpContext, url: URL) {
  const body = await readBody(c.req.raw, MOST_BODY);
  const query: Pair[] = [...url.searchParams];
  const headers: Pair[] = [...c.req.raw.headers];
  const request: NetworkRequest = {
    body,
    contentType: c.req.header("Content-Type") ?? null,
    query: Object.fromEntries(query.toReversed()),
    headers: Object.fromEntries(headers),
    now: Math.floor(deps.clock.micros() / 1000),
  };
  return { request, shown: { method: c.req.method, path: url.pathname, query, headers, form: [] } };
}

/** @throws Refusal storage_unavailable: it takes too long; what was begun goes on, and is known again when it comes once more */
async function inTime({ brakes }: HttpDeps, received: Promise<Received>): Promise<Received> {
  const late = Promise.withResolvers<never>();
  brakes.later(() => {
    const text = "This could not be stored in time. Send it again; what is stored by then is not stored twice.";
    late.reject(new Refusal("storage_unavailable", text));
  }, LONGEST);
  late.promise.catch(() => {}); // it may come when nobody waits for it any more
  received.catch(() => {}); // so may this
  return Promise.race([received, late.promise]);
}
