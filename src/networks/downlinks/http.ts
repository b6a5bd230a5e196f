import { MOST_TEXT, type NoDownlink, payloadOf, told, wrong } from "./encoded.ts";
import type { NetworkSettings, Verdict, WireAnswer, WireRequest } from "./types.ts";
import { judgedStatus, under, wordsOf } from "./wire.ts";

/** A request that an encoder makes up: `{method, url, queryParameters?, headers?, body}`. */

type EncodedRequest = { readonly is: "request"; readonly request: WireRequest } | NoDownlink;

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const HEADER = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;

/**
 * @param result what the encoder gave; no url: nothing is to be sent
 * @param settings of a network of type http: a url that begins with / lies on its server, and the key goes along to that server alone
 */
export function requestOf(result: unknown, { server, key }: Pick<NetworkSettings, "server" | "key">): EncodedRequest {
  if (result === null || result === undefined) return { is: "nothing" };
  if (typeof result !== "object" || Array.isArray(result))
    return wrong(`the script gave ${told(result)}, not {method, url, headers, body}`);
  const given = result as Readonly<Record<string, unknown>>; // an object, whatever it holds
  if (given.url === undefined || given.url === null || given.url === "") return { is: "nothing" };
  const method = given.method === undefined || given.method === "" ? "POST" : String(given.method).toUpperCase();
  if (!METHODS.includes(method))
    return wrong(`the script gave the method ${told(given.method)}; allowed is ${METHODS.join(", ")}`);
  const url = urlOf(given.url, server);
  if (url === null)
    return wrong(
      `the script gave the url ${told(given.url)}; allowed is https://…, or /… with a network that has a server`,
    );
  for (const [name, value] of pairs(given.queryParameters)) url.searchParams.append(name, value);
  const headers = headersOf(given);
  if (typeof headers === "string") return wrong(headers);
  if (key !== null && server !== null && url.origin === URL.parse(server)?.origin) authorise(headers, key);
  const body = method === "GET" ? null : payloadOf(given.body);
  if (body !== null && body.length > MOST_TEXT)
    return wrong(`the script gave a body of ${body.length} characters; most are ${MOST_TEXT}`);
  return { is: "request", request: { method, url: url.href, headers: Object.fromEntries(headers), body } };
}

function urlOf(given: unknown, server: string | null): URL | null {
  if (typeof given !== "string") return null;
  // "//host" would leave the server
  if (given.startsWith("/")) return server === null || given.startsWith("//") ? null : URL.parse(under(server, given));
  const url = URL.parse(given);
  return url !== null && (url.protocol === "https:" || url.protocol === "http:") ? url : null;
}

/** @returns by lower-case name; a text: what is wrong */
function headersOf({ headers, body }: Readonly<Record<string, unknown>>): Map<string, string> | string {
  const found = new Map<string, string>();
  for (const [name, value] of pairs(headers)) {
    if (!HEADER.test(name)) return `the script gave a header ${told(name)}, which is no name of one`;
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value))
      return `the script gave the header ${name} a value with signs that no header takes`;
    found.set(name.toLowerCase(), value);
  }
  // decided by who sends, and by the address
  for (const name of ["host", "content-length", "connection", "transfer-encoding"]) found.delete(name);
  if (!found.has("content-type") && typeof body === "object" && body !== null)
    found.set("content-type", "application/json");
  return found;
}

/** `Name: value` is a header of its own, everything else the value of Authorization. */
function authorise(headers: Map<string, string>, key: string): void {
  const [, name = "authorization", value = key] = /^([A-Za-z0-9-]+): (.+)$/.exec(key) ?? [];
  headers.set(name.toLowerCase(), value);
}

function pairs(given: unknown): readonly (readonly [string, string])[] {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return [];
  return Object.entries(given).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [[name, payloadOf(value)] as const],
  );
}

/** What the answer means: 2xx is success. */
export function judgedRequest(answer: WireAnswer): Verdict {
  return judgedStatus(answer, wordsOf(answer, "message", "error", "detail")) ?? { is: "accepted", ids: [] };
}
