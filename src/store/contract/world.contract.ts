import { batchOf, type DataStorePlace, type Everything, openAll } from "../data.model.ts";
import type { DataStore, StoreOp } from "../ports.ts";

export const trim = (upTo: number): StoreOp => ({ op: "trim", upTo });
export const ALL = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 1_000_000] as const;
export const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

/** A store that is opened, closed and broken off again and again over one place. */
export class World {
  private where: DataStorePlace | null = null;
  private opened: DataStore | null = null;
  private found: Everything | null = null;

  constructor(private readonly make: () => Promise<DataStorePlace>) {}

  get place(): DataStorePlace {
    return there(this.where);
  }
  get store(): DataStore {
    return there(this.opened);
  }
  /** What the last start found. */
  get recovered(): Everything {
    return there(this.found);
  }
  async begin(): Promise<void> {
    this.where = await this.make();
    await this.open();
  }
  async end(): Promise<void> {
    await this.store.close();
    await this.place.dispose();
  }
  private async open(): Promise<void> {
    this.opened = this.place.store();
    this.found = await openAll(this.opened);
  }
  async reopen(how: "close" | "crash"): Promise<void> {
    if (how === "close") await this.store.close();
    else await this.place.crash(this.store);
    await this.open();
  }
  /** Has everything before this number sealed: one more commit pushes it out of the log, of which the last row may stay. */
  async seal(firstSeq: number): Promise<void> {
    await this.store.commit(batchOf([{ series: 999, time: firstSeq, value: true }], [trim(firstSeq - 1)]));
    await this.place.settled(this.store);
  }
}

function there<T>(thing: T | null): T {
  if (thing === null) throw new Error("the world has not begun");
  return thing;
}
