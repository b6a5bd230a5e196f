import type { Head } from "./parser.ts";

/** What is wrong with a request as a whole, before anybody asks what it wants. */
export interface Fault {
  readonly status: 400 | 405 | 417 | 431 | 503 | 505;
  readonly text: string;
}
/** What of the header fields decides how a request is read. */
export interface Framing {
  readonly host: string | null;
  /** Content-Length; null: none, or chunks. */
  readonly length: number | null;
  /** A body follows. */
  readonly hasBody: boolean;
  /** The client waits for 100 (Continue) before it sends the body. */
  readonly expects: boolean;
}

/** Methods that a request cannot be made of. */
const NOT_SPOKEN: ReadonlySet<string> = new Set(["CONNECT", "TRACE", "PRI"]);
/** Whose bodies mean nothing (RFC 9110, section 9.3.1); they are read, and forgotten. */
const WITHOUT_BODY: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** @returns how the request is read, or what is wrong with it (RFC 9112, sections 2.3, 3.2 and 6; RFC 9110, 10.1.1) */
export function framingOf({ method, fields, version }: Head): Framing | Fault {
  if (version !== 11 && version !== 10) return { status: 505, text: "HTTP/1.1 is spoken here." };
  if (NOT_SPOKEN.has(method)) return { status: 405, text: `${method} does nothing here.` };
  let host: string | null = null;
  let length: number | null = null;
  let hasBody = false;
  let expects = false;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] ?? "";
    // white space before the line's end is no part of it (RFC 9112, section 5.1); the parser leaves it
    const value = fields[i + 1] ?? "";
    switch (name.length === 4 || name.length === 6 || name.length > 13 ? name.toLowerCase() : "") {
      case "host":
        if (host !== null) return { status: 400, text: "The request has two Host headers." };
        host = value.trim();
        break;
      case "content-length":
        length = Number(value);
        hasBody = length > 0;
        break;
      case "transfer-encoding":
        hasBody = true;
        break;
      case "expect":
        if (value.trim().toLowerCase() !== "100-continue")
          return { status: 417, text: "Only 100-continue may be expected here." };
        expects = version === 11;
        break;
    }
  }
  if (host === null && version === 11) return { status: 400, text: "The request has no Host header." };
  return { host, length, hasBody, expects: expects && hasBody };
}

/**
 * The request that the routes get; null: its target or its Host header is none.
 * @param host null: the client said none, as HTTP/1.0 allows; @param body null: none
 */
export function requestOf(
  { method, target, fields }: Head,
  host: string | null,
  secure: boolean,
  body: Uint8Array<ArrayBuffer> | null,
): Request | null {
  const url = urlOf(target, host ?? "localhost", secure);
  if (url === null) return null;
  const headers = new Headers();
  for (let i = 0; i < fields.length; i += 2) headers.append(fields[i] ?? "", fields[i + 1] ?? "");
  try {
    return new Request(url, { method, headers, body: WITHOUT_BODY.has(method) ? null : body });
  } catch {
    return null; // the host is no name, or the port no number
  }
}

/** What a host and a port are written with; names are checked by the platform's own reading of the address. */
const HOST = /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._~-]+)(?::\d{0,5})?$/;

/** @returns null: a target that is no path, or a host that is none */
function urlOf(target: string, host: string, secure: boolean): string | null {
  const scheme = secure ? "https" : "http";
  let path = target;
  let authority = host;
  if (!target.startsWith("/")) {
    // the absolute form is for proxies, and must be taken all the same (RFC 9112, section 3.2.2)
    const absolute = /^https?:\/\/([^/?#]*)(.*)$/i.exec(target);
    if (absolute !== null) {
      authority = absolute[1] ?? "";
      path = absolute[2]?.startsWith("/") ? absolute[2] : `/${absolute[2] ?? ""}`;
    } else if (target === "*") path = "/";
    else return null;
  }
  if (!HOST.test(authority)) return null;
  return `${scheme}://${authority}${path}`;
}
