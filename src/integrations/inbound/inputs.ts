import type { Call } from "../../decoders/types.ts";
import type { IncomingRequest, Pair } from "../types.ts";

/** What a decoder is called with: the kind of call and its input, and the globals that follow from what came. */
export type DecoderInput = Pick<Call, "kind" | "input"> & { readonly globals: Readonly<Record<string, unknown>> };

/** The input for a request at the HTTP integration. @param body as text; @param bytes the same, for those that are no text */
export function requestInput(given: IncomingRequest, body: string, bytes: Uint8Array): DecoderInput {
  const { method, path, query, headers, form } = given;
  const request = { method, path, body, headers: Object.fromEntries(headers), GET: lists(query), POST: lists(form) };
  // CBOR and the like
  const binary = body.includes("\ufffd") ? { bodyBase64: Buffer.from(bytes).toString("base64") } : {};
  return { kind: "request", input: { request: { ...request, ...binary } }, globals: {} };
}

/** The input for a message of another broker. */
export function messageInput(topic: string, payload: string): DecoderInput {
  return { kind: "message", input: { topic, payload }, globals: {} };
}

/** `{name: [value, …]}`, as decoders of the HTTP integration read it. */
function lists(pairs: readonly Pair[]): Record<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const there = found.get(name);
    if (there) there.push(value);
    else found.set(name, [value]);
  }
  return Object.fromEntries(found);
}
