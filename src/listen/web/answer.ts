import { STATUS_CODES } from "node:http";

/** What a head is written for. */
export interface Manner {
  /** The connection goes on after it. */
  readonly keepAlive: boolean;
  /** The client speaks HTTP/1.0: it takes no chunks, and wants to be told when the connection goes on. */
  readonly old: boolean;
  /** Value of the header Date. */
  readonly date: string;
}
/** How long a body is: bytes, `chunks`, `end` (of the connection), or `none` is said. */
type Length = number | "chunks" | "end" | "none";

/** What the connection decides, whatever a route said. */
const OURS: ReadonlySet<string> = new Set(["connection", "content-length", "date", "keep-alive", "transfer-encoding"]);

/** Status line and header fields, with the empty line behind them. */
export function headText(response: Response, length: Length, { keepAlive, old, date }: Manner): string {
  let text = `HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ""}\r\n`;
  response.headers.forEach((value, name) => {
    if (!OURS.has(name) && name !== "set-cookie") text += `${name}: ${value}\r\n`;
  });
  for (const cookie of response.headers.getSetCookie()) text += `set-cookie: ${cookie}\r\n`;
  text += `date: ${date}\r\n`;
  if (typeof length === "number") text += `content-length: ${length}\r\n`;
  else if (length === "chunks") text += "transfer-encoding: chunked\r\n";
  if (!keepAlive) text += "connection: close\r\n";
  else if (old) text += "connection: keep-alive\r\n";
  return `${text}\r\n`;
}

/** Whether an answer to this has a body, as far as its status goes (RFC 9110, section 6.4.1). */
export function mayHaveBody(status: number): boolean {
  return status !== 204 && status !== 304 && status >= 200;
}

const HEX_END = "\r\n";

/** A part of a body as a chunk (RFC 9112, section 7.1). */
export function chunk(part: Uint8Array): Uint8Array {
  const size = Buffer.from(`${part.length.toString(16)}${HEX_END}`, "latin1");
  return Buffer.concat([size, part, Buffer.from(HEX_END, "latin1")]);
}
export const LAST_CHUNK: Uint8Array = Buffer.from("0\r\n\r\n", "latin1");
export const CONTINUE: Uint8Array = Buffer.from("HTTP/1.1 100 Continue\r\n\r\n", "latin1");
