import type { Client } from "../load/client.ts";
import { publishPacket } from "../load/packets.ts";
import { deviceId, FIELDS, fieldId, PRODUCT } from "./fleet.ts";

/** Batches without an answer at a time. */
const WINDOW = 500;

/** Records one value of every series: a batch of all fields for each device, at QoS 1. Resolves when all are acknowledged. */
export async function recordAll(client: Client, devices: number): Promise<void> {
  const values = Object.fromEntries(Array.from({ length: FIELDS }, (_, n) => [fieldId(n), 20 + n / 10]));
  const payload = JSON.stringify(values);
  const { promise, resolve } = Promise.withResolvers<void>();
  let [next, answered] = [0, 0];
  let rest = new Uint8Array(0);
  const fill = (): void => {
    while (next < devices && next - answered < WINDOW && rest.length === 0) {
      const topic = `dtck-pub/${PRODUCT}/${deviceId(next)}`;
      const packet = publishPacket(client.target.version, topic, payload, 1, (next % 65_000) + 1);
      next++;
      rest = packet.slice(client.write(packet, 0, packet.length));
    }
  };
  client.onWritable = () => {
    rest = rest.slice(client.write(rest, 0, rest.length));
    fill();
  };
  client.onPacket = (first) => {
    if (first >> 4 === 4) answered++; // PUBACK
    if (answered === devices) resolve();
  };
  client.onChunkRead = fill;
  fill();
  await promise;
}
