import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { Refusal } from "../base/errors.ts";
import { Allowed, hostOf, notPublic } from "./addresses.ts";

/** Most answers that lead elsewhere. */
const MOST_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** What one host knows, and another must not. */
const PRIVATE_HEADERS = ["authorization", "cookie", "proxy-authorization"];
/** Of a request whose body is dropped. */
const BODY_HEADERS = ["content-type", "content-length", "content-encoding"];

interface OutgoingRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** An answer that leads elsewhere is the answer; it is not followed. */
  readonly stay?: boolean;
  /** Of a large answer the first bytes are taken; otherwise it is refused. */
  readonly cut?: boolean;
}
interface OutgoingAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
  /** Where it came from in the end. */
  readonly url: string;
}
export interface OutgoingOptions {
  /** Beside the public internet: see `Allowed`. */
  readonly allow: readonly string[];
  /** ms for all of it, redirects included. */
  readonly timeout: number;
  /** Bytes of an answer's body. */
  readonly maxAnswer: number;
  /** All addresses of a host name; the system's by default. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** Sends to one address; the platform's fetch by default. */
  readonly send?: Send;
}
/** @param address where it goes, whatever the name in the address means meanwhile */
export type Send = (url: URL, address: string, init: RequestInit) => Promise<Response>;

/**
 * Requests to addresses that somebody else chose (webhooks, say), made so that they reach nothing which only this machine
 * can reach. A name is resolved once, all its addresses are looked at, and the request goes to one of these: a name that
 * means something else a moment later changes nothing. Redirects are looked at in the same way.
 */
export class Outgoing {
  private readonly allowed: Allowed;

  constructor(private readonly options: OutgoingOptions) {
    this.allowed = new Allowed(options.allow);
  }

  /**
   * @throws Refusal outgoing_refused: where it may not go, or an answer that is too large or leads on too often; other
   * errors of the network, and of the time that is over, as the platform has them
   */
  async request(to: string, request: OutgoingRequest = {}): Promise<OutgoingAnswer> {
    const signal = AbortSignal.timeout(this.options.timeout);
    let url = parsed(to);
    let { method = "GET", body } = request;
    const headers = new Headers(request.headers);
    for (let hop = 0; ; hop++) {
      const address = await this.reach(url.href);
      const init: RequestInit = { method, headers, redirect: "manual", signal, keepalive: false };
      const response = await (this.options.send ?? sendTo)(url, address, body === undefined ? init : { ...init, body });
      const location = response.headers.get("Location");
      if (request.stay === true || !REDIRECTS.has(response.status) || location === null) {
        const bytes = await bounded(response, this.options.maxAnswer, request.cut === true);
        return { status: response.status, headers: response.headers, body: bytes, url: url.href };
      }
      void response.body?.cancel().catch(() => {}); // nobody reads it
      if (hop === MOST_REDIRECTS) throw refused(`it leads on more than ${MOST_REDIRECTS} times`);
      const next = parsed(location, url);
      if (next.origin !== url.origin) for (const name of PRIVATE_HEADERS) headers.delete(name);
      if (response.status === 303 || (response.status < 303 && method !== "GET" && method !== "HEAD")) {
        method = "GET";
        body = undefined;
        for (const name of BODY_HEADERS) headers.delete(name);
      }
      url = next;
    }
  }

  /** Why requests to an address are always refused; null: they may go, or its name is yet to be resolved. @throws Refusal outgoing_refused */
  whyNever(to: string): string | null {
    const host = hostOf(parsed(to));
    return isIP(host) === 0 || this.allowed.address(host) ? null : notPublic(host);
  }

  /** One of the addresses of a host, when all of them may be reached. @throws Refusal outgoing_refused, and errors of DNS */
  async reach(to: string): Promise<string> {
    const host = hostOf(parsed(to));
    const addresses = isIP(host) === 0 ? await (this.options.resolve ?? resolveAll)(host) : [host];
    const [first] = addresses;
    if (first === undefined) throw refused(`${host} has no address`);
    if (!this.allowed.name(host) && !addresses.every((address) => this.allowed.address(address)))
      throw refused(notPublic(host));
    return first;
  }
}

async function resolveAll(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);
}

/** @throws Refusal outgoing_refused */
function parsed(text: string, base?: URL): URL {
  const url = URL.parse(text, base?.href);
  if (url === null) throw refused("it is no address");
  if (url.protocol !== "https:" && url.protocol !== "http:") throw refused("only http and https are spoken");
  if (url.username !== "" || url.password !== "") throw refused("there is a user name in it; send a header instead");
  url.hash = "";
  return url;
}

/** The address stands in the URL, the name in the header Host, and in TLS as what the certificate must be for. */
export function sendTo(url: URL, address: string, init: RequestInit): Promise<Response> {
  const to = new URL(url);
  to.hostname = isIP(address) === 6 ? `[${address}]` : address;
  const headers = new Headers(init.headers);
  headers.set("Host", url.host);
  const name = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const tls = url.protocol === "https:" && isIP(name) === 0 ? { tls: { serverName: name } } : {};
  return fetch(to, { ...init, headers, ...tls });
}

async function bounded(response: Response, most: number, cut: boolean): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  for (let next = await reader?.read(); reader && next?.value !== undefined && !next.done; next = await reader.read()) {
    size += next.value.length;
    if (size > most) {
      void reader.cancel().catch(() => {}); // the rest is not waited for
      if (cut) return Buffer.concat([...chunks, next.value], size).subarray(0, most);
      throw refused(`its answer is larger than ${most} bytes`);
    }
    chunks.push(next.value);
  }
  return Buffer.concat(chunks, size);
}

function refused(why: string): Refusal {
  return new Refusal("outgoing_refused", `The request was not made, or its answer not taken: ${why}.`);
}
