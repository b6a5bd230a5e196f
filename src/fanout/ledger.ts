import type { Metrics } from "../base/metrics.ts";
import type { Keeper, QueueLimits } from "./keeper.ts";

/** The body of a chunk in the store; chunks that share it have the same object. */
export interface StoredBody {
  /** Kept until the commits that hold it are durable: only then can it be read back. */
  bytes: Uint8Array | null;
  /** Of its bytes. */
  readonly hash: number | bigint;
  /** Chunks of which that is awaited. */
  waiting: number;
  readonly length: number;
  /** How many chunks of each owner have it. */
  readonly holders: Map<string, number>;
}
interface Account {
  bytes: number;
  readonly keepers: Set<Keeper>;
  /** That it is full was logged. */
  told: boolean;
}
/** About what a chunk takes beside its body: its row and its places in two indexes. */
const ROW = 100;
/** Those whose bytes are so near to those of the largest lose something with it: bodies that they share go then. */
const NEAR = 65_536;

/**
 * What waits on the disk, by owner and in all. A body that several have counts once for each owner, and once in all.
 * Beyond a limit the oldest of those go that have the most.
 */
export class Ledger {
  private readonly accounts = new Map<string, Account>();
  private readonly all: Account = { bytes: 0, keepers: new Set(), told: false };
  /** While a start reads what there is: bodies that are shared, by their number. */
  private readonly known = new Map<number, StoredBody>();

  /** @param full is told once that an owner (null: all together) has more than it may; again after it had half of that */
  constructor(
    private readonly limits: QueueLimits,
    private readonly metrics: Metrics,
    private readonly full: (owner: string | null, limit: number) => void,
  ) {}

  /** Bytes of an owner; null: of all together. */
  bytesOf(owner: string | null): number {
    return (owner === null ? this.all : this.accounts.get(owner))?.bytes ?? 0;
  }
  /** A chunk of the keeper has this body. */
  enter(keeper: Keeper, body: StoredBody): void {
    const { owner } = keeper;
    let account = this.accounts.get(owner);
    if (account === undefined) {
      account = { bytes: 0, keepers: new Set(), told: false };
      this.accounts.set(owner, account);
    }
    account.keepers.add(keeper);
    this.all.keepers.add(keeper);
    const held = body.holders.get(owner) ?? 0;
    account.bytes += ROW + (held === 0 ? body.length : 0);
    this.all.bytes += ROW + (body.holders.size === 0 ? body.length : 0);
    body.holders.set(owner, held + 1);
    this.metrics.waitingBytes = this.all.bytes;
  }
  /** A chunk of the keeper is gone; it has `left` others. */
  leave(keeper: Keeper, body: StoredBody, left: number): void {
    const { owner } = keeper;
    const account = this.accounts.get(owner);
    const held = body.holders.get(owner);
    if (account === undefined || held === undefined) return;
    if (held > 1) body.holders.set(owner, held - 1);
    else body.holders.delete(owner);
    account.bytes -= ROW + (held === 1 ? body.length : 0);
    this.all.bytes -= ROW + (body.holders.size === 0 ? body.length : 0);
    this.metrics.waitingBytes = this.all.bytes;
    if (left > 0) return;
    account.keepers.delete(keeper);
    this.all.keepers.delete(keeper);
    if (account.keepers.size === 0) this.accounts.delete(owner);
  }
  /** Drops what is beyond the limits, and a little more, so that it is not done for each chunk. */
  check({ owner }: Keeper): void {
    const account = this.accounts.get(owner);
    if (account !== undefined) this.hold(account, owner, this.limits.maxStoredBytesPerAccount);
    this.hold(this.all, null, this.limits.maxStoredBytes);
  }
  private hold(account: Account, owner: string | null, limit: number): void {
    if (account.bytes < limit / 2) account.told = false;
    if (account.bytes <= limit) return;
    if (!account.told) this.full(owner, limit);
    account.told = true;
    const most = limit - Math.floor(limit / 64);
    while (account.bytes > most) {
      let largest = 0;
      for (const { backlog } of account.keepers) largest = Math.max(largest, backlog.storedBytes);
      if (largest === 0) return;
      for (const keeper of [...account.keepers]) {
        if (account.bytes <= most) return;
        const { storedBytes } = keeper.backlog;
        if (storedBytes > 0 && storedBytes >= largest - NEAR) keeper.dropChunk();
      }
    }
  }

  // a start

  /** A body that lies in the store already. @param shared its number, when several chunks may have it */
  recovered(shared: number | null, length: number): StoredBody {
    const known = shared === null ? undefined : this.known.get(shared);
    if (known !== undefined) return known;
    const body: StoredBody = { bytes: null, length, holders: new Map(), hash: 0, waiting: 0 };
    if (shared !== null) this.known.set(shared, body);
    return body;
  }
  settled(): void {
    this.known.clear();
  }
}
