import { makeWorld, OWNER } from "../../src/http/http.testing.ts";
import { JSON_TYPE } from "../../src/http/kit/answer.ts";
import { BODIES as REQUESTS } from "../../src/networks/bodies/all.testing.ts";
import type { WebChannel } from "../../src/listen/web/connection.ts";
import { Output } from "../../src/listen/web/output.ts";
import { SocketWire } from "../../src/listen/web/socket-wire.ts";
import type { WireListener } from "../../src/broker/wire.ts";
import { BINARY, frame } from "../run/web-socket.ts";
import { concat } from "./mutate.ts";
import type { Random } from "./random.ts";

const utf8 = new TextEncoder();
const BODIES = [
  '{"field":"TEMPERATURE","value":22.5}',
  '{"field":"DOOR","value":"on","timestamp":"2026-01-01T12:00:00Z"}',
  '{"field":"POSITION","value":{"lat":52.5,"lng":13.4},"timestamp":1767268860}',
  '[{"field":"NOTE","value":"a"},{"field":"TEMPERATURE","value":1e3,"timestamp":null}]',
  '{"TEMPERATURE":1,"NOTE":"\\u00e9\\ud83d\\ude00","DOOR":false}',
  '{"__proto__":{"a":1},"constructor":1,"TEMPERATURE":[1]}',
].map((text) => utf8.encode(text));
const PIECES = [
  '"',
  "{",
  "}",
  "[",
  "]",
  ":",
  ",",
  "\\u0000",
  "\\ud800",
  "1e999",
  "-0",
  "null",
  "\0",
  "9".repeat(400),
].map((text) => utf8.encode(text));
const EXPECTED = new Set([200, 400, 404, 413]);
const NETWORKS = REQUESTS.flatMap(({ network, query, json }) =>
  json === undefined ? [] : [{ network, query: new URLSearchParams(query), body: utf8.encode(JSON.stringify(json)) }],
);

/** A body with pieces of JSON put in, taken out and doubled. */
function changed(random: Random, from: Uint8Array): Uint8Array {
  let body = from;
  for (let n = 1 + random.below(4); n > 0; n--) {
    const at = random.below(body.length + 1);
    const cut = random.below(Math.min(12, body.length - at) + 1);
    const piece = random.oneIn(3) ? random.bytes(random.below(4)) : random.pick([...PIECES, body.subarray(at, at + 9)]);
    body = concat(body.subarray(0, at), piece, body.subarray(at + cut));
  }
  return body;
}

/** Sends a body: it is taken, or refused with a reason. @throws Error */
async function post(path: string, body: Uint8Array, type: string): Promise<void> {
  const world = makeWorld();
  const answer = await world.ask("POST", path, OWNER, Uint8Array.from(body), { "Content-Type": type });
  const said = await answer.text();
  if (!EXPECTED.has(answer.status)) throw new Error(`it is answered with ${answer.status}`);
  if (answer.status !== 200 && typeof (JSON.parse(said) as { code?: string }).code !== "string")
    throw new Error("a refusal without a code");
  if (world.logged.length > 0) throw new Error(`a request failed: ${JSON.stringify(world.logged)}`);
}

/** A record that was changed: recorded, or refused with a reason. @throws Error */
export async function feedRecord(random: Random, tell: (bytes: Uint8Array) => void): Promise<void> {
  const body = changed(random, random.pick(BODIES));
  tell(body);
  await post(`/v1/devices/d1/record/${random.oneIn(2) ? "?batch=true" : ""}`, body, JSON_TYPE);
}

/** A request of a LoRaWAN network that was changed, as JSON or as what is no protobuf: passed on, or refused with a reason. @throws Error */
export async function feedNetwork(random: Random, tell: (bytes: Uint8Array) => void): Promise<void> {
  const { network, query, body: whole } = random.pick(NETWORKS);
  const body = changed(random, whole);
  tell(body);
  const address = random.oneIn(4) ? "auto" : network;
  const type = random.oneIn(8) ? "application/octet-stream" : JSON_TYPE;
  await post(`/integrations/lorawan/${address}?${query}`, body, type);
}

/** Frames of any size, cut anywhere, while the broker reads and does not: every byte comes once, in its order. @throws Error */
export function feedFrames(random: Random, tell: (bytes: Uint8Array) => void): void {
  const sent = random.bytes(random.below(300));
  tell(sent);
  const heard: Uint8Array[] = [];
  const channel: WebChannel = {
    write: (bytes: Uint8Array) => bytes.length,
    pause() {},
    resume() {},
    shutdown() {},
    terminate() {},
    getTLSVersion: () => "",
  } as unknown as WebChannel; // overloads that are not used here
  const origin = { remote: "192.0.2.1", local: false };
  const wire = new SocketWire(channel, new Output(channel), origin, false, 1000, () => 0);
  wire.listener = {
    data(bytes: Uint8Array): void {
      heard.push(Uint8Array.from(bytes));
      if (random.oneIn(3)) wire.pause();
    },
    ended() {},
    closed() {},
  } as unknown as WireListener; // a wire calls no more than these here
  const frames: Uint8Array[] = [];
  for (let at = 0; at < sent.length; ) {
    const size = random.below(20);
    frames.push(frame(BINARY, sent.subarray(at, at + size)));
    at += size;
  }
  const stream = concat(...frames);
  for (let at = 0; at < stream.length; ) {
    const size = random.below(30);
    wire.data(Uint8Array.from(stream.subarray(at, at + size)));
    at += size;
    if (random.oneIn(3)) wire.resume();
  }
  wire.closed();
  if (Buffer.compare(concat(...heard), sent) !== 0) throw new Error("bytes were lost, doubled or mixed up");
}
