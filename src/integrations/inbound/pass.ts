import { isNotANumber } from "../../decoders/types.ts";
import type { ProductNode } from "../../fleet/nodes.ts";
import type { NetworkEvent } from "../../networks/types.ts";
import type { Decoded, Incoming, Pair, PassRow } from "../types.ts";
import { withoutKeys } from "./keys.ts";
import type { PassBody, PassDecoder, PassEnd } from "./pass-types.ts";

/** What is kept of one pass; the rest is cut, and said to be. */
const MOST_BODY = 16 * 1024;
const MOST_OUTPUT = 8 * 1024;
const MOST_LOG = 4 * 1024;
const MOST_ROWS = 100;
const MOST_PAIRS = 50;
const MOST_TEXT = 1024;

/** The pass as it is kept: bounded, and without the secrets of who sent it. */
export function passBody(
  incoming: Incoming,
  product: ProductNode | null,
  end: PassEnd,
  devices: readonly number[],
): PassBody {
  const { request, events } = incoming;
  const { event, decoded } = end;
  const several = events.length > 1 && event !== null;
  const bytes = several
    ? Buffer.from(JSON.stringify(event.raw))
    : Buffer.from(incoming.body.buffer, incoming.body.byteOffset, incoming.body.length);
  return {
    way: incoming.way,
    network: incoming.network,
    remote_address: incoming.remote,
    account: incoming.principal?.key ?? null,
    method: request?.method ?? null,
    path: request === null ? null : short(withoutKeys(request.path, product)),
    query: pairsOf(request?.query ?? []),
    headers: pairsOf(request?.headers ?? []),
    form: pairsOf(request?.form ?? []),
    topic: incoming.topic,
    map: incoming.bridged?.map ?? null,
    devices,
    size: incoming.body.length,
    ...beginning(bytes),
    event: event === null ? null : eventOf(event),
    decoder: decoded === null ? null : decoderOf(decoded, product),
    rows: end.rows.slice(0, MOST_ROWS).map((row) => rowOf(row, product)),
    rows_total: end.rows.length + end.left,
    rows_stored: end.rows.filter(({ fate }) => fate === "stored").length,
    outcome: end.outcome,
    messages: end.messages.slice(0, 20).map((text) => short(withoutKeys(text, product))),
    ms: end.ms,
  };
}

function beginning(bytes: Buffer): Pick<PassBody, "body" | "base64" | "cut"> {
  const cut = bytes.length > MOST_BODY;
  // a character that is cut in two is left out
  const part = cut ? bytes.subarray(0, MOST_BODY) : bytes;
  const text = new TextDecoder("utf-8").decode(part, { stream: cut });
  if (!text.includes("\ufffd")) return { body: text, base64: false, cut };
  return { body: part.toString("base64"), base64: true, cut };
}

function eventOf({ kind, devEui, deviceId, time, text, uplink }: NetworkEvent): NonNullable<PassBody["event"]> {
  return {
    kind,
    dev_eui: devEui,
    device_id: deviceId,
    time,
    text,
    uplink:
      uplink === null
        ? null
        : { ...uplink, bytes: uplink.bytes === null ? null : Buffer.from(uplink.bytes).toString("hex") },
  };
}

/** Scripts see the address they were called by, and write it where they like. */
function rowOf(row: PassRow, product: ProductNode | null): PassRow {
  const { value, message } = row;
  return {
    ...row,
    ...(typeof value === "string" && { value: withoutKeys(value, product) }),
    ...(message !== null && { message: withoutKeys(message, product) }),
  };
}

function decoderOf({ output, log, ...decoded }: Decoded, product: ProductNode | null): PassDecoder {
  const plain = (_: string, value: unknown) => (isNotANumber(value) ? value["\u0000number"] : value);
  const text = output === null || output === undefined ? null : withoutKeys(JSON.stringify(output, plain), product);
  let [lines, length] = [0, 0];
  for (const line of log) {
    length += line.length;
    if (length > MOST_LOG) break;
    lines++;
  }
  return { ...decoded, log: log.slice(0, lines), output: text !== null && text.length <= MOST_OUTPUT ? text : null };
}

/** Names of headers and parameters whose value is somebody's secret. */
const SECRET = /authoriz|authentic|cookie|token|secret|passw|signature|api-?_?key|downlink.*key/i;
/** An access token, which networks may send in any header. */
const TOKEN = /\b[0-9a-f]{40}\b/;

function pairsOf(pairs: readonly Pair[]): Pair[] {
  const isSecret = ([name, value]: Pair) => SECRET.test(name) || TOKEN.test(value);
  return pairs.slice(0, MOST_PAIRS).map((pair) => [short(pair[0]), isSecret(pair) ? "…" : short(pair[1])]);
}
function short(text: string): string {
  return text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT).toWellFormed()}…`;
}
