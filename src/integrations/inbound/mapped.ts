import type { MappedDevice } from "../../bridges/maps/types.ts";
import type { Clock } from "../../base/types.ts";
import type { Directory } from "../../fleet/directory.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Incoming, PassRow, Received } from "../types.ts";
import { findNamed, noneCalled, severalCalled } from "./find-named.ts";
import type { Onboarding } from "./onboarding.ts";
import { originOf } from "./origin.ts";
import type { PassOutcome } from "./pass-types.ts";
import type { Suggestions } from "./suggestions.ts";
import { NOTHING, type Passed, type UnitWork } from "./work.ts";

interface Needs {
  readonly directory: Directory;
  readonly work: Pick<UnitWork, "handle">;
  readonly onboarding: Pick<Onboarding, "make">;
  readonly suggestions: Suggestions;
  readonly clock: Clock;
  readonly passed: Passed;
}

/** What a map read of one device: from its names to the product that it is of, and on to the commit. */
export class MappedWork {
  constructor(private readonly needs: Needs) {}

  /** @throws Refusal (rejects) storage_unavailable, clock_not_set: it is worth sending it again */
  async take(mapped: MappedDevice, incoming: Incoming): Promise<Received> {
    let found = this.find(mapped, incoming);
    if (found.length === 0 && (await this.onboard(mapped, incoming))) found = this.find(mapped, incoming);
    const [device, other] = found;
    if (other !== undefined)
      return this.end(mapped, incoming, { outcome: "nothing_stored", message: severalCalled(mapped.names) });
    // a product that does not have it suggests it, or makes it where it wishes to
    if (device === undefined && incoming.product !== null)
      return this.needs.work.handle({ incoming, product: incoming.product, device: null, event: null, mapped });
    if (device === undefined) return this.unknown(mapped, incoming);
    return this.needs.work.handle({ incoming, product: device.product, device, event: null, mapped });
  }

  private find({ names }: MappedDevice, { product, bridged }: Incoming): readonly DeviceNode[] {
    return findNamed(this.needs.directory, names, product, bridged?.workspace ?? 0);
  }

  private onboard(mapped: MappedDevice, incoming: Incoming): Promise<boolean> {
    const { names, label, rows } = mapped;
    if (rows.length === 0) return Promise.resolve(false);
    return this.needs.onboarding.make(
      { name: names[0] ?? "", label, sample: sampleOf(mapped), origin: originOf(incoming) },
      incoming,
    );
  }

  private unknown(mapped: MappedDevice, incoming: Incoming): Received {
    const { names, label, rows } = mapped;
    if (rows.length > 0) {
      const key = {
        workspace: incoming.bridged?.workspace ?? 0,
        product: 0,
        kind: "device",
        name: names[0] ?? "",
      } as const;
      const origin = originOf(incoming);
      this.needs.suggestions.note(
        { ...key, sample: sampleOf(mapped), type: null, label, origin },
        this.needs.clock.micros(),
      );
    }
    return this.end(mapped, incoming, {
      outcome: "unknown",
      message: noneCalled(names),
    });
  }

  /** It is noted for who looks, and that is all. */
  private end(mapped: MappedDevice, incoming: Incoming, { outcome, message }: End): Received {
    const { names, rows, left } = mapped;
    const shown = rows.map(
      ({ field, value }): PassRow => ({
        device: names[0] ?? "",
        field,
        value,
        time: null,
        fate: FATES[outcome],
        message,
      }),
    );
    this.needs.passed(
      { incoming, event: null, product: null, workspace: incoming.bridged?.workspace ?? 0 },
      { event: null, decoded: null, rows: shown, left, outcome, messages: [message], ms: 0 },
      [],
    );
    return outcome === "unknown" ? { ...NOTHING, unknown: 1 } : { ...NOTHING, refused: rows.length + left };
  }
}

interface End {
  readonly outcome: Extract<PassOutcome, "unknown" | "nothing_stored">;
  readonly message: string;
}
const FATES = { unknown: "suggested", nothing_stored: "refused" } as const;

/** The fields that came. */
function sampleOf({ rows }: MappedDevice): string {
  return rows.map(({ field }) => field).join(", ");
}
