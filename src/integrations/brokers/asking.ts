import type { Micros } from "../../base/types.ts";
import type { Bridge } from "./bridge.ts";
import type { BrokerNeeds } from "./needs.ts";

/** What some remotes fall silent without is said twice a minute. */
const EVERY: Micros = 30 * 1e6;
const utf8 = new TextEncoder();

/** Keeps remotes talking that tell nothing unless they are asked, as the maps of their routes know. */
export class Asking {
  private readonly last = new WeakMap<Bridge, Micros>();

  constructor(private readonly needs: Pick<BrokerNeeds, "asks" | "clock">) {}

  /** About once a second. */
  tick(bridge: Bridge): void {
    if (bridge.link === null) return;
    const now = this.needs.clock.steady();
    const isDue = now - (this.last.get(bridge) ?? -EVERY) >= EVERY;
    if (isDue) this.last.set(bridge, now);
    for (const { topic, payload } of this.needs.asks(bridge.row, isDue))
      bridge.sending.send({ topic, payload: utf8.encode(payload), qos: 0, retain: false, token: null });
  }
}
