import { moduleUrl } from "../../../base/modules.ts";
import { errorText, Refusal } from "../../../base/errors.ts";
import type { StoreOp } from "../../ports.ts";
import type { PieceOf } from "../../sqlite/data/found.ts";
import { ENDS_IDLE } from "../beginning.ts";
import type { SqlMode } from "../sql/objects.ts";
import { targetOf } from "../url.ts";
import { Bridged } from "./bridged.ts";
import type { NodeKey, WorkOpened, WorkRequest } from "./protocol.ts";

/** Waits in ms before the first, second, … restart of the worker. */
const RESTARTS = [0, 1000, 5000, 30_000];
/** Operations that leave something to be swept out. */
const SWEPT: ReadonlySet<StoreOp["op"]> = new Set(["series_delete", "session_delete", "points_delete", "retain"]);

/** One view of everything for each transaction. */
export const VIEW = "SET default_transaction_isolation TO 'repeatable read'";

/** The worker in the background: it reads what a start needs, seals and sweeps, and is started again when it dies. */
export class Background {
  private work: Bridged<WorkRequest> | null = null;
  private failures = 0;
  private ended = false;
  private key: NodeKey = [0, 0];
  private works: boolean;

  constructor(
    private readonly address: string,
    /** See openCopy. */
    private readonly sql: SqlMode | null,
    private readonly notice: (text: string) => void,
    /** Several servers are active: this one seals and sweeps when it is told to. */
    private readonly shared: boolean,
  ) {
    this.works = !shared;
  }

  /** The thread gets ready. */
  prepare(): void {
    this.work ??= this.spawn();
  }
  /** @param key of the node for which it works: when another one has the store it does nothing more */
  open(key: NodeKey): Promise<WorkOpened> {
    const work = this.work ?? this.spawn();
    this.work = work;
    this.key = key;
    const { schema } = targetOf(this.address);
    const { sql, works, shared } = this;
    const request = { t: "open", bridge: work.end, key, schema, sql, works, shared } as const;
    return work.call<WorkOpened>(request, [work.end.port]);
  }
  found<Sent>(what: PieceOf): Promise<Sent | null> {
    if (this.work === null) throw new Refusal("storage_unavailable", "The store is not open.");
    return this.work.call<Sent | null>({ t: "found", what });
  }
  /** Seals and sweeps from here on, and looks for what others have deleted. */
  doForAll(): void {
    this.works = true;
    this.work?.call({ t: "work" }).catch(() => undefined); // a new one is told when it is opened
  }
  async idle(): Promise<void> {
    await this.work?.call({ t: "idle" });
  }
  /** These operations are durable. */
  tell(ops: readonly StoreOp[]): void {
    let trim = 0;
    let swept = false;
    for (const op of ops) {
      if (op.op === "trim") trim = Math.max(trim, op.upTo);
      else if (SWEPT.has(op.op)) swept = true;
    }
    // others may have deleted what would be sealed now
    swept ||= trim > 0 && this.shared;
    if (trim > 0 || swept) this.work?.call({ t: "noted", trim, swept }).catch(() => undefined); // a new one reads it
  }

  private spawn(): Bridged<WorkRequest> {
    const program = moduleUrl("store/postgres/data/work");
    // a slice is on the disk, and on the standby, with the next commit at the latest: their place in the log is behind it
    const begin = [VIEW, "SET synchronous_commit TO off", ENDS_IDLE];
    const work = new Bridged<WorkRequest>(
      { program, address: this.address, name: "work", begin },
      (why) => {
        if (this.work === work) void this.again(why);
      },
      this.notice,
    );
    return work;
  }
  /** Sealing goes on in another worker; it starts from what is stored. */
  private async again(why: Error): Promise<void> {
    this.notice(why.message);
    const dead = this.work;
    this.work = null;
    await dead?.terminate();
    await Bun.sleep(RESTARTS[Math.min(this.failures++, RESTARTS.length - 1)] ?? 0);
    if (!this.ended) await this.open(this.key).catch((error) => this.notice(errorText(error)));
  }

  /** Ends it where it stands; it goes on after the next open. */
  async end(): Promise<void> {
    this.ended = true;
    const { work } = this;
    this.work = null;
    await work?.terminate();
  }
}
