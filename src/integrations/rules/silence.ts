import type { Micros } from "../../base/types.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import { onlineFor } from "../../fleet/online.ts";
import { MOST_AHEAD } from "../../measure/time.ts";
import { microsOf } from "../../rules/duration.ts";
import type { SeenValue } from "../../rules/types.ts";
import type { ActiveRule } from "./active.ts";
import type { ClockParts } from "./parts.ts";
import type { RuleNeeds } from "./needs.ts";

/** Rules that are asked in one go, over all devices. */
const AT_ONCE = 20_000;

/** Whether a device is silent for a rule, and how that is told; null: it never said anything. */
export function silenceOf(
  { series, clock }: Pick<RuleNeeds, "series" | "clock">,
  { compiled: { trigger } }: Pick<ActiveRule, "compiled">,
  device: DeviceNode,
): { readonly silent: boolean; readonly shown: readonly SeenValue[] } | null {
  const heard = series.seen(device).time;
  if (heard === null) return null;
  const now = clock.trusted();
  const own = trigger.type === "silence" ? trigger.timeout : null;
  const timeout = own === null ? onlineFor({}, device) : microsOf(own);
  // a measurement ahead of the clock, which was wrong then, is no sign of life
  const silent = heard > now + MOST_AHEAD || now - heard > timeout;
  const seconds = Math.max(0, Math.round((now - heard) / 1e6));
  return { silent, shown: [{ field: "silence", value: seconds, time: heard as Micros, unit: "s" }] };
}

/** Goes round all devices and asks whether they have become silent. That one is back its next measurement tells. */
export class Silence {
  private round: Iterator<DeviceNode> | null = null;

  constructor(private readonly parts: ClockParts) {}

  async tick(): Promise<void> {
    const { plans, needs, ledger } = this.parts;
    if (!plans.hasSilences) return;
    for (let asked = 0; asked < AT_ONCE; asked++) {
      this.round ??= needs.directory.devices()[Symbol.iterator]();
      const next = this.round.next();
      if (next.done === true) {
        this.round = null;
        break;
      }
      asked += await this.device(next.value);
    }
    ledger.flush();
  }
  /** @returns how many rules were asked */
  private async device(device: DeviceNode): Promise<number> {
    const { plans, states } = this.parts;
    if (device.deleted) return 0;
    const rules = plans.silencesOf(device);
    for (const rule of rules) {
      const isKnown = (states.find(rule.uid, device.row.uid)?.since ?? null) !== null;
      const silence = silenceOf(this.parts.needs, rule, device);
      if ((silence?.silent ?? false) !== isKnown) await this.parts.lookNow(rule, device);
    }
    return rules.length;
  }
}
