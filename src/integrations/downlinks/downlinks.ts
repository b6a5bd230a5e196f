import { Refusal } from "../../base/errors.ts";
import type { Clock } from "../../base/types.ts";
import type { AppliedChange } from "../../fleet/applied.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Learnt } from "../../networks/downlinks/types.ts";
import type { NetworkEvent } from "../../networks/types.ts";
import type { StoreOp } from "../../store/ports.ts";
import { attempt, type AttemptNeeds } from "./attempt.ts";
import { Book, type BookNeeds } from "./book.ts";
import { Intake, type IntakeNeeds } from "./intake.ts";
import type { Keeper } from "./keeper.ts";
import { Lanes } from "./lanes.ts";
import * as machine from "./machine.ts";
import { Reports } from "./reports.ts";
import type { Downlink } from "./types.ts";

/** As many of a device are looked through for one. */
const MOST_LISTED = 300;
/** Ticks. */
const EXPIRE_EVERY = 10;

interface DownlinksNeeds extends BookNeeds, AttemptNeeds, IntakeNeeds {
  readonly keeper: Keeper;
  readonly clock: Clock;
  /** What uplinks said of each device; it is filled here. */
  readonly addresses: Map<number, Learnt>;
  /** Downlinks a minute to one device. */
  readonly rate: number;
}

/** Downlinks of all devices: taken, sent, followed until nothing can become of them any more. */
export class Downlinks {
  readonly book: Book;
  /** Where they are taken. */
  readonly intake: Intake;
  private readonly lanes: Lanes;
  private readonly reports: Reports;
  private ticks = 0;

  constructor(private readonly needs: DownlinksNeeds) {
    const laneOf = (device: number) => this.lanes.find(device);
    this.book = new Book(needs, laneOf);
    this.intake = new Intake(needs, this.book, {
      queuedOf: (device) => this.lanes.find(device)?.open.filter(({ state }) => state === "queued").length ?? 0,
      admit: (downlink) => {
        const lane = this.lanes.of(downlink.device);
        this.book.add(lane, downlink);
        this.lanes.poke(lane);
      },
    });
    this.reports = new Reports(needs, this.book, laneOf);
    this.lanes = new Lanes({
      now: () => needs.clock.steady(),
      later: needs.later,
      rate: needs.rate,
      work: (lane, next) => attempt(needs, this.book, lane, next),
      idle: (lane) => void this.reports.release(lane),
    });
  }

  /** Goes on with what the store has. @param isThere whether a device is still there */
  async load(isThere: (device: number) => boolean): Promise<void> {
    const { keeper, addresses } = this.needs;
    const ops: StoreOp[] = [];
    for (const [device, learnt] of await keeper.addresses()) {
      if (isThere(device)) addresses.set(device, learnt);
      else ops.push(...keeper.forgetDevices([device], [], []));
    }
    for (const stored of await keeper.open()) {
      this.intake.known(stored.number);
      if (!isThere(stored.device)) {
        ops.push(...keeper.forgetDevices([stored.device], [stored.number], []));
        continue;
      }
      const downlink = machine.recovered(stored, this.book.now());
      if (downlink !== stored) ops.push(...keeper.put(downlink, true));
      this.book.add(this.lanes.of(downlink.device), downlink);
    }
    if (ops.length > 0) await keeper.commit(ops);
  }
  /** Begins to send what waits; once everything around is there. */
  start(): void {
    for (const lane of [...this.lanes.lanes()]) this.lanes.poke(lane);
  }

  /** One by its id, as it is now. Null: the device has none such (any more). */
  async find(device: number, id: string): Promise<Downlink | null> {
    const own = this.lanes.find(device)?.open.find((one) => one.id === id);
    if (own !== undefined) return own;
    const kept = await this.needs.keeper.list(device, undefined, MOST_LISTED);
    return kept.find((one) => one.id === id) ?? null;
  }
  /** Newest first. @param before only those with a number below */
  async list(device: number, before: number | undefined, limit: number): Promise<readonly Downlink[]> {
    const stored = await this.needs.keeper.list(device, before, limit);
    const open = new Map(this.lanes.find(device)?.open.map((one) => [one.number, one]));
    return stored.map((one) => open.get(one.number) ?? one);
  }
  /** Takes one back that is queued. @param by who, for people @throws Refusal not_found, immutable, storage_unavailable */
  async cancel(device: number, id: string, by: string): Promise<Downlink> {
    const downlink = await this.find(device, id);
    if (downlink === null) throw new Refusal("not_found", `The device has no downlink ${id}.`);
    if (!machine.isCancellable(downlink)) {
      const what = downlink.sending ? "being sent" : downlink.state;
      throw new Refusal("immutable", `This downlink is ${what}; only a queued one can be cancelled.`);
    }
    const next = machine.cancelled(downlink, by, this.book.now());
    if (await this.book.change(next)) return next;
    throw new Refusal("storage_unavailable", "The server is stopping.");
  }

  /** See Reports.heard. */
  heard(device: DeviceNode, event: NetworkEvent): Promise<void> {
    return this.reports.heard(device, event);
  }

  /** Once a second. */
  tick(): void {
    if (++this.ticks % EXPIRE_EVERY > 0) return;
    for (const lane of [...this.lanes.lanes()]) {
      this.book.expire(lane);
      this.lanes.poke(lane);
    }
  }

  /** Devices and fields that are gone take what is kept of them along. @param fields uids of all that trigger */
  followed(changes: readonly AppliedChange[], fields: readonly number[]): readonly StoreOp[] {
    const { keeper } = this.needs;
    const gone = changes.filter(({ op }) => op === "delete") as readonly Extract<AppliedChange, { op: "delete" }>[]; // as asked
    const ops = gone.flatMap(({ kind, uid }) =>
      kind === "field" && fields.includes(uid) ? [keeper.forgetField(uid)] : [],
    );
    const devices = gone.flatMap(({ kind, uid }) => (kind === "device" ? [uid] : []));
    const open = devices.flatMap((device) => this.book.drop(this.lanes.find(device)));
    for (const device of devices) {
      this.lanes.remove(device);
      this.reports.forget(device);
    }
    return devices.length === 0 ? ops : [...ops, ...keeper.forgetDevices(devices, open, fields)];
  }

  /** What is being sent ends; what waits goes on at the next start. */
  async stop(): Promise<void> {
    this.book.isStopped = true;
    await this.lanes.stop();
  }
}
