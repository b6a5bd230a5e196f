/** Short answers (PUBACK, PUBREC, PUBREL, PUBCOMP) that are collected while a chunk is read, and written together. */
import { Pump } from "./pump.ts";
import type { Client } from "./client.ts";
import { MOST_HEADER, writeHeader } from "./websocket.ts";

/** Collects four bytes each, in two buffers that take turns: one fills while the other is being written. */
export class Answers {
  #filling = new Uint8Array(1 << 16);
  #writing = new Uint8Array(1 << 16);
  #at = MOST_HEADER; // room for the header of a WebSocket's frame

  /** @param framed whether they leave as one WebSocket frame */
  constructor(readonly framed: boolean) {}

  /** Adds the packet with this first byte and the packet identifier at bytes[id..id+2). */
  add(first: number, bytes: Uint8Array, id: number): void {
    let target = this.#filling;
    if (this.#at + 4 > target.length) {
      target = new Uint8Array(target.length * 2);
      target.set(this.#filling);
      this.#filling = target;
    }
    const at = this.#at;
    target[at] = first;
    target[at + 1] = 2;
    target[at + 2] = bytes[id] as number; // the packet was cut whole
    target[at + 3] = bytes[id + 1] as number;
    this.#at = at + 4;
  }

  /** What was collected, or undefined; valid until what is taken next has been written. */
  take(): Uint8Array | undefined {
    if (this.#at === MOST_HEADER) return undefined;
    const end = this.#at;
    const taken = this.#filling;
    this.#filling = this.#writing;
    this.#writing = taken;
    this.#at = MOST_HEADER;
    return taken.subarray(this.framed ? writeHeader(taken, MOST_HEADER, end - MOST_HEADER) : MOST_HEADER, end);
  }
}

/** Position of the packet identifier of a QoS 1 or 2 PUBLISH whose body starts at `body`: after the topic. */
export function publishId(bytes: Uint8Array, body: number): number {
  return body + 2 + (((bytes[body] ?? 0) << 8) | (bytes[body + 1] ?? 0));
}

/** Makes a subscriber acknowledge what comes, at QoS 1 and 2; `delivered` is called for every message. */
export function acknowledgeAll(client: Client, delivered: () => void): void {
  const answers = new Answers(client.framed);
  const pump = new Pump(client, () => answers.take());
  client.onPacket = (first, bytes, body) => {
    const kind = first >> 4;
    if (kind === 3) {
      delivered();
      const qos = (first >> 1) & 3;
      if (qos > 0) answers.add(qos === 1 ? 0x40 : 0x50, bytes, publishId(bytes, body)); // PUBACK, PUBREC
    } else if (kind === 6) {
      answers.add(0x70, bytes, body); // PUBREL: PUBCOMP
    }
  };
  client.onChunkRead = () => pump.run();
}
