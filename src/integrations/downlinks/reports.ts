import type { Clock } from "../../base/types.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import { isAbout, namesOf } from "../../networks/downlinks/index.ts";
import type { Learnt } from "../../networks/downlinks/types.ts";
import type { DownlinkReport, NetworkEvent } from "../../networks/types.ts";
import type { Book } from "./book.ts";
import type { Keeper } from "./keeper.ts";
import type { Lane } from "./lanes.ts";
import * as machine from "./machine.ts";
import type { Downlink } from "./types.ts";

/** Reports that came while a downlink was being sent. */
const MOST_HELD = 32;

interface Held {
  readonly event: NetworkEvent;
  readonly report: DownlinkReport;
  done(): void;
}

interface ReportNeeds {
  readonly keeper: Pick<Keeper, "commit" | "learnt">;
  readonly clock: Pick<Clock, "micros">;
  /** What uplinks said of each device; it is filled here. */
  readonly addresses: Map<number, Learnt>;
}

/** What networks tell of downlinks that they have, and of where the next ones go. */
export class Reports {
  private readonly held = new Map<number, Held[]>();

  constructor(
    private readonly needs: ReportNeeds,
    private readonly book: Book,
    private readonly laneOf: (device: number) => Lane | undefined,
  ) {}

  /**
   * An event of a network about a device: what became of a downlink, and where its next ones go. Resolves when what follows is durable; an event
   * that is about nothing here changes nothing.
   * @throws Refusal storage_unavailable
   */
  async heard(device: DeviceNode, event: NetworkEvent): Promise<void> {
    await this.learn(device, event);
    const { uid } = device.row;
    const lane = this.laneOf(uid);
    if (lane === undefined || event.downlink === null) return;
    if (!lane.busy) return this.report(lane, event, event.downlink);
    // it may be about the one that is being sent, whose name is not known yet
    const held = this.held.get(uid) ?? [];
    if (held.length >= MOST_HELD) return;
    const { promise, resolve: done } = Promise.withResolvers<void>();
    this.held.set(uid, [...held, { event, report: event.downlink, done }]);
    return promise;
  }
  /** What was held back while a downlink was being sent; to be called when it is not any more. */
  async release(lane: Lane): Promise<void> {
    const held = this.held.get(lane.device) ?? [];
    this.held.delete(lane.device);
    for (const { event, report, done } of held) {
      await this.report(lane, event, report);
      done();
    }
  }
  /** A device that is gone. */
  forget(device: number): void {
    for (const { done } of this.held.get(device) ?? []) done();
    this.held.delete(device);
    this.needs.addresses.delete(device);
  }

  private async report(lane: Lane, { kind }: NetworkEvent, report: DownlinkReport): Promise<void> {
    if (!isReport(kind)) return;
    const about = aboutWhich(lane.open, kind, report);
    const next = about && machine.reported(about, { kind, reason: report.reason }, this.book.now());
    if (next) await this.book.change(next);
  }
  /** Of the networks whose requests need it; the same device may be in others that call it otherwise. */
  private async learn({ row }: DeviceNode, { network, deviceId, reply }: NetworkEvent): Promise<void> {
    if (network !== "tti" && network !== "helium") return;
    const known = this.needs.addresses.get(row.uid);
    const learnt: Learnt = {
      deviceId: deviceId ?? known?.deviceId ?? null,
      push: reply?.push ?? known?.push ?? null,
      replace: reply?.replace ?? known?.replace ?? null,
      apiKey: reply?.apiKey ?? known?.apiKey ?? null,
    };
    if (Object.values(learnt).every((one) => one === null)) return;
    if (known !== undefined && JSON.stringify(known) === JSON.stringify(learnt)) return;
    await this.needs.keeper.commit([this.needs.keeper.learnt(row.uid, this.needs.clock.micros(), learnt)]);
    this.needs.addresses.set(row.uid, learnt);
  }
}

function isReport(kind: NetworkEvent["kind"]): kind is machine.Report["kind"] {
  return ["ack", "nack", "txack", "queued", "sent", "failed"].includes(kind);
}
/**
 * The one that a report names. A confirmation without a name is about the frame before it: the latest that is known to have been transmitted,
 * otherwise the oldest that waits for a confirmation.
 */
function aboutWhich(open: readonly Downlink[], kind: string, report: DownlinkReport): Downlink | undefined {
  const listening = open.filter((one) => one.listening);
  const named = listening.findLast((one) => isAbout(namesOf(one.id, one.ids), report));
  if (named !== undefined || report.ids.length > 0 || report.counter !== null) return named;
  if (kind !== "ack" && kind !== "nack") return undefined;
  const waiting = listening.filter((one) => one.confirmed && one.state === "sent");
  return waiting.findLast(({ steps }) => steps.some(({ note }) => machine.isTransmitted(note))) ?? waiting[0];
}
