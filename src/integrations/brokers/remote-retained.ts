import type { PublishPacket } from "../../codec/index.ts";
import type { Broker } from "../../fleet/types.ts";
import { type LoginNeeds, logIn } from "./login.ts";
import { reasonWords } from "./words.ts";

/** ms without a message after which there are no more, and all of it together. */
const QUIET_MS = 400;
const LONGEST_MS = 300_000;

/**
 * Hears all retained messages of a remote, on a connection of its own: there what is kept and what is news can be told apart, and nothing
 * that is news can get lost with it. @throws StepFailed, Error in words
 */
export async function remoteRetained(
  address: string,
  row: Broker,
  filters: readonly string[],
  needs: LoginNeeds & { later(fn: () => void, ms: number): void },
  heard: (packet: PublishPacket) => void,
): Promise<void> {
  const { link, version } = await logIn(address, row, true, needs);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let count = 0;
  const look = (before: number, left: number) => {
    if (count === before || left <= 0) resolve();
    else needs.later(() => look(count, left - QUIET_MS), QUIET_MS);
  };
  link.hear({
    packet(packet) {
      if (packet.type === "publish" && packet.retain) {
        count++;
        heard(packet);
      }
      if (packet.type === "suback") {
        const bad = packet.reasonCodes.findIndex((code) => code >= 0x80);
        if (bad >= 0)
          reject(
            new Error(
              `It does not let us subscribe to ${filters[bad]}. ${reasonWords(version, packet.reasonCodes[bad] ?? 0x80)}`,
            ),
          );
        link.send({ type: "pingreq" });
      }
      // messages of QoS 0 are written before what is answered behind them, by most; others send them when we take them
      if (packet.type === "pingresp") needs.later(() => look(-1, LONGEST_MS), 0);
    },
    closed: (reason) => reject(new Error(reason)),
    drain: () => {},
  });
  const subscriptions = filters.map((filter) => ({
    filter,
    qos: 0 as const,
    noLocal: false,
    retainAsPublished: false,
    retainHandling: 0 as const,
  }));
  link.send({ type: "subscribe", packetId: 1, subscriptions });
  try {
    await promise;
  } finally {
    link.end("It is compared.");
  }
}
