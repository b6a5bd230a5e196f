import { errorText } from "../../base/errors.ts";
import type { Clock, Log } from "../../base/types.ts";
import type { Keeper } from "./keeper.ts";
import type { Lane } from "./lanes.ts";
import * as machine from "./machine.ts";
import type { Downlink } from "./types.ts";

/** Of one device: those whose reports are waited for. */
const MOST_LISTENING = 100;
/** ms until what the store refused is tried again. */
const STORE_REST_MS = 1000;

/** Hears of each change of a downlink when it is durable. */
type Listener = (downlink: Downlink) => void;

export interface BookNeeds {
  readonly keeper: Keeper;
  readonly clock: Clock;
  readonly log: Log;
  later(fn: () => void, ms: number): void;
}

/** The downlinks that are open, in memory and in the store. What is told to anybody is durable. */
export class Book {
  /** How many are open. */
  open = 0;
  isStopped = false;
  /** The newest states that the store has not taken yet, by number. */
  private readonly unstored = new Map<number, Downlink>();
  private readonly listeners: Listener[] = [];

  /** @param laneOf that of a device, when it has one */
  constructor(
    private readonly needs: BookNeeds,
    private readonly laneOf: (device: number) => Lane | undefined,
  ) {}

  onChange(listener: Listener): void {
    this.listeners.push(listener);
  }
  now(): machine.Moment {
    return { wall: this.needs.clock.micros(), trusted: this.needs.clock.trusted() };
  }

  /** One more that is open, and stored. */
  add(lane: Lane, downlink: Downlink): void {
    lane.open.push(downlink);
    this.open++;
  }
  /** A device that is gone: numbers of what was open of it. */
  drop(lane: Lane | undefined): readonly number[] {
    const numbers = lane?.open.map(({ number }) => number) ?? [];
    this.open -= numbers.length;
    if (lane !== undefined) lane.open = [];
    for (const number of numbers) this.unstored.delete(number);
    return numbers;
  }

  /**
   * It holds in memory at once, and is told when the store has it; a store that refuses is asked again.
   * @returns whether the store has it: not when the server stops before, or the device has gone
   */
  async change(next: Downlink): Promise<boolean> {
    if (!this.replace(next)) return false;
    this.unstored.set(next.number, next);
    // what comes after it says all of it
    while (this.unstored.get(next.number) === next) {
      try {
        await this.needs.keeper.commit(this.needs.keeper.put(next, machine.isOpen(next)));
        if (this.unstored.get(next.number) === next) this.unstored.delete(next.number);
        this.tell(next);
        return true;
      } catch (error) {
        if (this.isStopped) return false;
        const why = { error: errorText(error) };
        this.needs.log.warn(why, "the store does not take what became of a downlink; it is tried again");
        await new Promise<void>((resolve) => this.needs.later(resolve, STORE_REST_MS));
      }
    }
    return this.laneOf(next.device) !== undefined;
  }
  /** @returns false: it is not open, here */
  private replace(next: Downlink): boolean {
    const lane = this.laneOf(next.device);
    const at = lane?.open.findIndex(({ number }) => number === next.number) ?? -1;
    if (lane === undefined || at < 0) return false;
    if (machine.isOpen(next)) lane.open[at] = next;
    else {
      lane.open.splice(at, 1);
      this.open--;
    }
    this.forgetOldest(lane);
    return true;
  }
  /** Too many whose reports are waited for: those of the oldest are not any more. */
  private forgetOldest(lane: Lane): void {
    const listening = lane.open.filter((one) => one.listening);
    const [oldest] = listening;
    if (oldest !== undefined && listening.length > MOST_LISTENING) void this.change({ ...oldest, listening: false });
  }
  tell(downlink: Downlink): void {
    for (const listener of this.listeners) listener(downlink);
  }

  /** What has waited too long. */
  expire(lane: Lane): void {
    const now = this.now();
    for (const downlink of [...lane.open]) {
      const next = machine.expired(downlink, now);
      if (next !== null) void this.change(next);
    }
  }
}
