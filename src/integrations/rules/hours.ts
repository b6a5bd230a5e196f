import type { Micros } from "../../base/types.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { ActiveRule } from "./active.ts";
import type { ClockParts } from "./parts.ts";
import { devicesOf } from "./devices-of.ts";

/** Devices that are looked at in one go. */
const AT_ONCE = 1000;

/** Looks at all devices of a rule when its hours begin or end, and once after a start. */
export class HourSweeps {
  private readonly edges = new Map<ActiveRule, Micros>();
  private readonly sweeps: { readonly rule: ActiveRule; readonly devices: Iterator<DeviceNode> }[] = [];

  constructor(private readonly parts: ClockParts) {}
  end(rule: ActiveRule): void {
    this.edges.delete(rule);
  }

  async tick(): Promise<void> {
    const { parts } = this;
    const now = parts.needs.clock.micros();
    for (const rule of parts.all()) {
      const { hours, isPulse } = rule.compiled;
      if (hours === null || isPulse || now < (this.edges.get(rule) ?? 0)) continue;
      this.edges.set(rule, hours.next(now));
      this.sweeps.push({ rule, devices: devicesOf(parts.needs.directory, rule)[Symbol.iterator]() });
    }
    for (let i = 0; i < AT_ONCE && this.sweeps.length > 0; i++) {
      const [sweep] = this.sweeps;
      const next = sweep?.devices.next();
      if (sweep === undefined || next === undefined || next.done === true || parts.rule(sweep.rule.uid) !== sweep.rule)
        this.sweeps.shift();
      else if (!next.value.deleted) await parts.lookNow(sweep.rule, next.value);
    }
    parts.ledger.flush();
  }
}
