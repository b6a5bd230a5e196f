/** Publishing as fast as the socket takes bytes, from blocks that were encoded before the clock started. */
import type { Client } from "./client.ts";
import { publishPacket, type Qos, readings } from "./packets.ts";

/**
 * Encodes one block: many PUBLISH packets, back to back (each in a frame of its own on a WebSocket). Topics are taken in turn;
 * packet ids (QoS 1 and 2) count up from `firstPacketId`.
 * @param seed chooses the walk of the values
 */
export function encodeBlock(
  client: Client,
  topics: readonly string[],
  messages: number,
  qos: Qos,
  firstPacketId: number,
  seed: number,
): Uint8Array {
  const values = readings(seed);
  const { version } = client.target;
  const packets = Array.from({ length: messages }, (_, i) =>
    client.frame(publishPacket(version, topics[i % topics.length] ?? "", values.next().value, qos, firstPacketId + i)),
  );
  return Buffer.concat(packets);
}

/** Blocks written in one turn before other sockets get theirs. */
const BLOCKS_PER_TURN = 8;

/** Writes block after block; `next` names the following one, or undefined when there is none at the moment. */
export class Pump {
  #block: Uint8Array | undefined;
  #offset = 0;
  #blocked = false;
  #scheduled = false;

  constructor(
    readonly client: Client,
    readonly next: () => Uint8Array | undefined,
  ) {
    client.onWritable = () => {
      this.#blocked = false;
      this.run();
    };
  }

  /** Starts, or goes on when there are blocks again. */
  run(): void {
    if (this.#blocked || this.#scheduled) return;
    for (let turn = 0; turn < BLOCKS_PER_TURN; turn++) {
      this.#block ??= this.next();
      const block = this.#block;
      if (!block) return;
      this.#offset += this.client.write(block, this.#offset, block.length - this.#offset);
      if (this.#offset < block.length) {
        this.#blocked = true;
        return;
      }
      this.#offset = 0;
      this.#block = undefined;
    }
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.run();
    });
  }
}
