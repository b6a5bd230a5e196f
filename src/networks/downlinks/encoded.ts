/** What encoders give, read: bytes for a LoRaWAN device, a request, or a message for a broker. Plain data, as the sandbox has it. */

/** The script wants nothing to be sent, or says what is wrong. */
export type NoDownlink = { readonly is: "nothing" } | { readonly is: "problem"; readonly problem: string };
type EncodedBytes = { readonly is: "bytes"; readonly bytes: Uint8Array; readonly port: number | null } | NoDownlink;
type EncodedMessage = { readonly is: "message"; readonly topic: string; readonly payload: string } | NoDownlink;

const NOTHING: NoDownlink = { is: "nothing" };
/** Most bytes that any data rate of LoRaWAN takes (Regional Parameters RP002). */
export const MOST_BYTES = 242;
/** The ports of applications. */
export const PORTS = { least: 1, most: 223 } as const;

/** @returns whether downlinks can be sent to a port */
export function isPort(port: unknown): port is number {
  return typeof port === "number" && Number.isInteger(port) && port >= PORTS.least && port <= PORTS.most;
}

/**
 * Bytes in the forms that public encoders return: a list of numbers, or `{bytes, fPort, errors}` (TS013). An empty list, or nothing at all: nothing
 * is to be sent.
 */
export function bytesOf(result: unknown): EncodedBytes {
  if (result === null || result === undefined) return NOTHING;
  if (Array.isArray(result)) return listed(result, null);
  if (typeof result !== "object") return wrong(`the script gave ${told(result)}, not a list of bytes`);
  const { bytes, fPort, port = fPort, errors } = result as Readonly<Record<string, unknown>>; // an object, whatever it holds
  const said = Array.isArray(errors) ? errors : errors === undefined || errors === null ? [] : [errors];
  if (said.length > 0) return wrong(said.map((one) => (typeof one === "string" ? one : told(one))).join("; "));
  if (bytes === undefined || bytes === null) return wrong(`the script gave ${told(result)}, which has no bytes`);
  if (!Array.isArray(bytes)) return wrong(`the script gave bytes as ${told(bytes)}, not as a list`);
  if (port !== undefined && port !== null && !isPort(port))
    return wrong(`the script gave the port ${told(port)}; allowed is ${PORTS.least} to ${PORTS.most}`);
  return listed(bytes, isPort(port) ? port : null);
}

function listed(list: readonly unknown[], port: number | null): EncodedBytes {
  if (list.length === 0) return NOTHING;
  if (list.length > MOST_BYTES) return wrong(`the script gave ${list.length} bytes; most are ${MOST_BYTES}`);
  const bytes = new Uint8Array(list.length);
  for (const [i, value] of list.entries()) {
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > 255)
      return wrong(`byte ${i} that the script gave is ${told(value)}; allowed are whole numbers from 0 to 255`);
    bytes[i] = value;
  }
  return { is: "bytes", bytes, port };
}

/** `{topic, payload}`; an empty topic: nothing is to be sent. */
export function messageOf(result: unknown): EncodedMessage {
  if (result === null || result === undefined) return NOTHING;
  if (typeof result !== "object" || Array.isArray(result))
    return wrong(`the script gave ${told(result)}, not {topic, payload}`);
  const { topic, payload } = result as Readonly<Record<string, unknown>>; // an object, whatever it holds
  if (topic === undefined || topic === null || topic === "") return NOTHING;
  if (typeof topic !== "string" || /[+#\0]/.test(topic) || topic.length > 1024)
    return wrong(`the script gave the topic ${told(topic)}; allowed is the name of a topic, without + and #`);
  const text = payloadOf(payload);
  if (text.length > MOST_TEXT)
    return wrong(`the script gave a payload of ${text.length} characters; most are ${MOST_TEXT}`);
  return { is: "message", topic, payload: text };
}

/** Characters of a body or a payload. */
export const MOST_TEXT = 65_536;

/** A text as it is, everything else as JSON. */
export function payloadOf(payload: unknown): string {
  if (payload === undefined || payload === null) return "";
  return typeof payload === "string" ? payload : (JSON.stringify(payload) ?? "");
}

export function wrong(problem: string): { readonly is: "problem"; readonly problem: string } {
  return { is: "problem", problem };
}
/** A value in a sentence. */
export function told(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60).toWellFormed()}…` : text;
}
