import { acknowledgeAll } from "../load/answers.ts";
import { Client, type Target } from "../load/client.ts";
import { publishPacket } from "../load/packets.ts";

/** Messages without an answer, at most: wide enough that the line is never idle. */
const WINDOW = 500;

/**
 * Publishes so many messages of QoS 1 at one broker, and waits until all came at the other.
 * @returns messages a second, from the first publish to the last delivery
 */
export async function flow(
  from: Target,
  to: Target,
  [topic, filter]: readonly [string, string],
  count: number,
): Promise<number> {
  const ear = await Client.connect(to, `ear-${topic.replaceAll("/", "-")}`);
  let heard = 0;
  const { promise: all, resolve, reject } = Promise.withResolvers<void>();
  acknowledgeAll(ear, () => {
    if (++heard === count) resolve();
  });
  await ear.subscribe([filter], 1);
  // subscribing took the place of what hears packets while it waited
  const mouth = await Client.connect(from, `mouth-${topic.replaceAll("/", "-")}`);
  const window = Math.min(WINDOW, mouth.receiveMaximum);
  let [sent, answered] = [0, 0];
  const pending: Uint8Array[] = [];
  const push = () => {
    while (sent < count && sent - answered < window) {
      const id = (sent % 65_535) + 1;
      pending.push(publishPacket(from.version, topic, `${sent} ${"x".repeat(56)}`, 1, id));
      sent++;
    }
    const bytes = Buffer.concat(pending.splice(0));
    const taken = bytes.length === 0 ? 0 : mouth.write(bytes, 0, bytes.length);
    if (taken < bytes.length) pending.push(bytes.subarray(taken));
  };
  mouth.onPacket = (first) => {
    if (first >> 4 === 4) answered++;
  };
  mouth.onChunkRead = push;
  mouth.onWritable = push;
  const begun = performance.now();
  push();
  const timer = setTimeout(
    () => reject(new Error(`${heard} of ${count} messages came on ${filter} within a minute`)),
    60_000,
  );
  await all;
  clearTimeout(timer);
  const seconds = (performance.now() - begun) / 1000;
  ear.close();
  mouth.close();
  return count / seconds;
}
