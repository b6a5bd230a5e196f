import type { Clock } from "../../base/types.ts";
import type { Directory } from "../../fleet/directory.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { NetworkEvent } from "../../networks/types.ts";
import type { DevEuis } from "../lorawan/dev-euis.ts";
import type { InboundListener, Incoming, Received } from "../types.ts";
import type { MappedWork } from "./mapped.ts";
import type { Onboarding } from "./onboarding.ts";
import { originOf } from "./origin.ts";
import type { Suggestions } from "./suggestions.ts";
import { NOTHING, type Passed, type UnitWork } from "./work.ts";

/** Events of one request that are taken; networks send one, and some a handful. */
const MOST_EVENTS = 1000;
/** Workspaces of an account in which a device that nobody knows is suggested. */
const MOST_WORKSPACES = 5;

interface Needs {
  readonly directory: Directory;
  readonly work: UnitWork;
  readonly devEuis: DevEuis;
  readonly onboarding: Onboarding;
  readonly suggestions: Suggestions;
  readonly clock: Clock;
  readonly passed: Passed;
  /** What a map read of one device. */
  readonly mapped: Pick<MappedWork, "take">;
}

/**
 * The way in for what is no measurement yet: what came → which product and device → decoder → rows, each judged by itself →
 * commit. What came once is stored once, whatever comes again; a bad row, or a decoder that fails, is a line in the log
 * of its product and never an error for who sent it.
 */
export class Inbound {
  constructor(private readonly needs: Needs) {}

  /** `listener` hears of what came through, after its commit. */
  listen(listener: InboundListener): void {
    this.needs.work.listen(listener);
  }

  /**
   * Resolves when everything that came of it is durable.
   * @throws Refusal (rejects) storage_unavailable, clock_not_set, overloaded: it is worth sending it again
   */
  async receive(incoming: Incoming): Promise<Received> {
    const { product, events, bridged } = incoming;
    const work: Promise<Received>[] = [];
    for (const one of bridged?.mapped?.devices ?? []) work.push(this.needs.mapped.take(one, incoming));
    if (events.length === 0 && product !== null && (bridged?.mapped ?? null) === null)
      work.push(this.needs.work.handle({ incoming, product, device: null, event: null }));
    for (const event of events.slice(0, MOST_EVENTS)) work.push(this.event(event, incoming));
    return sumOf(work);
  }

  private async event(event: NetworkEvent, incoming: Incoming): Promise<Received> {
    let devices = this.devicesOf(event, incoming);
    if (devices.length === 0 && (await this.onboard(event, incoming))) devices = this.devicesOf(event, incoming);
    if (devices.length === 0) return this.unknown(event, incoming);
    return sumOf(devices.map((device) => this.needs.work.handle({ incoming, product: device.product, device, event })));
  }

  private onboard({ devEui, deviceId, uplink, kind, text }: NetworkEvent, incoming: Incoming): Promise<boolean> {
    if (uplink === null && kind !== "join") return Promise.resolve(false);
    return this.needs.onboarding.make(
      { name: devEui, label: deviceId, sample: text, origin: originOf(incoming) },
      incoming,
    );
  }

  /** Something that cannot be read came in: what is wrong with it is noted for who may see that. */
  unreadable(incoming: Incoming, problem: string): void {
    for (const workspace of this.workspacesOf(incoming)) {
      const end = {
        event: null,
        decoded: null,
        rows: [],
        left: 0,
        outcome: "failed",
        messages: [problem],
        ms: 0,
      } as const;
      this.needs.passed({ incoming, event: null, product: incoming.product, workspace }, end, []);
    }
  }

  /** The devices with the event's DevEUI that who sent it may record. */
  private devicesOf({ devEui }: NetworkEvent, { product, principal, only }: Incoming): readonly DeviceNode[] {
    return this.needs.devEuis.find(devEui).filter((device) => {
      if (only !== undefined && device.product.row.workspace !== only) return false;
      if (product !== null && device.product !== product) return false;
      if (principal !== null) return principal.mayRecord(device);
      return product !== null || device.product.row.networkTokenNeeded === false;
    });
  }

  private unknown(event: NetworkEvent, incoming: Incoming): Received {
    const { product } = incoming;
    const now = this.needs.clock.micros();
    const messages = [`No device with the serial ${event.devEui} that may be recorded here is known.`];
    for (const workspace of this.workspacesOf(incoming)) {
      const key = { workspace, product: product?.row.uid ?? 0, kind: "device", name: event.devEui } as const;
      this.needs.suggestions.note(
        { ...key, sample: event.text, type: null, label: event.deviceId, origin: originOf(incoming) },
        now,
      );
      const end = { event, decoded: null, rows: [], left: 0, outcome: "unknown", messages, ms: 0 } as const;
      this.needs.passed({ incoming, event, product, workspace }, end, []);
    }
    return { ...NOTHING, unknown: 1 };
  }
  /** Whose log something stands in that is of no device. */
  private workspacesOf({ product, principal, bridged, only }: Incoming): readonly number[] {
    if (product !== null) return [product.row.workspace];
    if (only !== undefined) return [only];
    if (bridged !== undefined) return [bridged.workspace];
    const { directory } = this.needs;
    const own = [...(principal?.workspaces ?? [])].filter((uid) => directory.workspace(uid) !== undefined);
    return own.slice(0, MOST_WORKSPACES);
  }
}

/** All of it, when all of it has ended. @throws the first that failed */
async function sumOf(work: readonly Promise<Received>[]): Promise<Received> {
  let sum = NOTHING;
  for (const one of await Promise.allSettled(work)) {
    if (one.status === "rejected") throw one.reason;
    sum = added(sum, one.value);
  }
  return sum;
}
function added(a: Received, b: Received): Received {
  return {
    stored: a.stored + b.stored,
    refused: a.refused + b.refused,
    repeated: a.repeated + b.repeated,
    unknown: a.unknown + b.unknown,
    suggested: a.suggested + b.suggested,
  };
}
