import { isLoopback } from "../../base/address.ts";

/** Names beside `localhost` and the addresses of the loopback under which the server is asked for on its own machine. */
export type OwnNames = ReadonlySet<string>;

/** @param urls public addresses, where there are some; @param names as certificates have them */
export function ownNames(names: readonly string[], urls: readonly (string | null)[]): OwnNames {
  const hosts = urls.map((url) => (url === null ? undefined : URL.parse(url)?.hostname));
  return new Set([...names, ...hosts].flatMap((name) => (name === undefined ? [] : [plain(name)])));
}

/**
 * Whether what a request says of itself leaves it one of this machine's own programs, given that its socket comes from the
 * loopback: it was not passed on by a proxy, it asks for a name of this machine, and no page of another site sent it. A
 * browser on this machine reaches the loopback for every page that it shows, under a name of that page's choice (DNS
 * rebinding) or with that page's Origin.
 */
export function speaksFromHere({ url, headers }: Pick<Request, "url" | "headers">, own: OwnNames): boolean {
  if (headers.has("x-forwarded-for") || headers.has("forwarded")) return false;
  if (headers.get("sec-fetch-site") === "cross-site") return false;
  const host = URL.parse(url)?.hostname;
  if (host === undefined || !isOwn(host, own)) return false;
  const origin = headers.get("origin");
  if (origin === null) return true;
  const page = URL.parse(origin);
  return page !== null && /^https?:$/.test(page.protocol) && isOwn(page.hostname, own);
}

function isOwn(hostname: string, own: OwnNames): boolean {
  const name = plain(hostname);
  // browsers take no answer of the network for names under localhost (RFC 6761, section 6.3)
  if (name === "localhost" || name.endsWith(".localhost") || own.has(name)) return true;
  return /^[\d.]+$/.test(name) || name.includes(":") ? isLoopback(name) : false;
}

/** In small letters, without the brackets of IPv6 and the dot of the root. */
function plain(name: string): string {
  return name.toLowerCase().replace(/^\[|\]$|\.$/g, "");
}
