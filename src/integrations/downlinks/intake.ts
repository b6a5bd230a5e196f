import { Refusal } from "../../base/errors.ts";
import type { Clock } from "../../base/types.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { StoreOp } from "../../store/ports.ts";
import type { Book } from "./book.ts";
import type { Keeper } from "./keeper.ts";
import * as machine from "./machine.ts";
import type { Content, Downlink } from "./types.ts";

/** What waits to be sent to one device, and what is open of all of them. */
const MOST_QUEUED = 100;
const MOST_OPEN = 100_000;

/** Something to be sent to a device. */
export interface Wish {
  readonly device: DeviceNode;
  readonly name: string | null;
  /** Key of who sends it; "": a change of a field. */
  readonly by: string;
  readonly content: Content;
  readonly confirmed: boolean;
  readonly replace: boolean;
  /** Seconds that it may wait. */
  readonly wait: number;
}

export interface IntakeNeeds {
  readonly keeper: Pick<Keeper, "put" | "commit">;
  readonly clock: Pick<Clock, "micros">;
  /** So many random bytes. */
  random(bytes: number): Uint8Array;
}
/** Where downlinks wait. */
interface Waiting {
  /** How many are queued for a device. */
  queuedOf(device: number): number;
  /** One more that is open. */
  admit(downlink: Downlink): void;
}

/** Where downlinks are taken, from people and programs or from changes of fields. */
export class Intake {
  private last = 0;

  constructor(
    private readonly needs: IntakeNeeds,
    private readonly book: Book,
    private readonly lanes: Waiting,
  ) {}

  /** A number that was given before. */
  known(number: number): void {
    this.last = Math.max(this.last, number);
  }

  /**
   * Takes one downlink of a person or a program; it is durable when it resolves.
   * @throws Refusal quota_exceeded: too much waits; storage_unavailable
   */
  async send(wish: Wish): Promise<Downlink> {
    const refusal = this.refusalFor(wish.device.row.uid, 0);
    if (refusal !== null) throw new Refusal("quota_exceeded", refusal);
    const downlink = this.made(wish);
    await this.keep([downlink], []);
    return downlink;
  }
  /** Takes those that a change triggers, in one commit with what it changes besides; there is nobody to refuse them to. @throws Refusal storage_unavailable */
  async trigger(wishes: readonly Wish[], besides: readonly StoreOp[]): Promise<void> {
    const before = new Map<number, number>();
    const downlinks = wishes.map((wish) => {
      const { uid } = wish.device.row;
      const others = before.get(uid) ?? 0;
      before.set(uid, others + 1);
      const refusal = this.refusalFor(uid, others);
      return refusal === null ? this.made(wish) : machine.failed(this.made(wish), refusal, this.book.now());
    });
    await this.keep(downlinks, besides);
  }
  private async keep(downlinks: readonly Downlink[], besides: readonly StoreOp[]): Promise<void> {
    const ops = downlinks.flatMap((one) => this.needs.keeper.put(one, machine.isOpen(one)));
    await this.needs.keeper.commit([...ops, ...besides]);
    for (const downlink of downlinks) {
      this.book.tell(downlink);
      if (machine.isOpen(downlink)) this.lanes.admit(downlink);
    }
  }
  private made({ device, wait, ...what }: Wish): Downlink {
    // about when it came, so that numbers grow over restarts as well
    this.last = Math.max(this.last + 1, Math.floor(this.needs.clock.micros() / 1000));
    const id = Buffer.from(this.needs.random(8)).toString("hex");
    const { uid, product } = device.row;
    return machine.queued({ ...what, number: this.last, id, device: uid, product }, wait * 1e6, this.book.now());
  }
  /** @param others of the same commit, for the device */
  private refusalFor(device: number, others: number): string | null {
    if (this.lanes.queuedOf(device) + others >= MOST_QUEUED)
      return `${MOST_QUEUED} downlinks wait for this device already.`;
    return this.book.open >= MOST_OPEN ? `${MOST_OPEN} downlinks of the instance are open already.` : null;
  }
}
