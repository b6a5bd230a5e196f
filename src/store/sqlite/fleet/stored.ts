import type { TokenUse } from "../../../auth/uses.ts";
import { InTurn } from "../../../base/in-turn.ts";
import { inTurns } from "../../../base/turns.ts";
import type { Micros } from "../../../base/types.ts";
import type { AuditEntry, AuditWriter } from "../../../fleet/audit.ts";
import type { FleetChange, FleetKind } from "../../../fleet/types.ts";
import type {
  AccountChange,
  AccountStore,
  AuditQuery,
  FleetDraft,
  FleetStore,
  StoredAudit,
  TokenUseStore,
} from "../../ports.ts";
import { WorkerLink } from "../link.ts";
import { readInSteps } from "./audit.ts";
import { type FleetDesk, type FleetRequest, farDesk } from "./desk.ts";
import type { FleetEngine, FleetOptions } from "./options.ts";
import { notOpen } from "./tables.ts";
import { Resolver } from "../../resolve.ts";

/**
 * Fleet metadata and accounts in a database. Uids are given and audit entries are made here, so that a commit goes to it as a whole.
 */
export class StoredFleet implements FleetStore, TokenUseStore {
  private desk: FleetDesk | null = null;
  private link: WorkerLink<FleetRequest> | null = null;
  private free: ReadonlyMap<FleetKind, number> = new Map();
  private readonly turns = new InTurn();

  constructor(
    private readonly engine: FleetEngine,
    private readonly options: FleetOptions = {},
  ) {}

  /**
   * Opens or creates the file, checks and migrates it.
   * @returns every row as a put, parents first
   * @throws Refusal damaged_store, newer_store: nothing was written; storage_unavailable: the file cannot be opened
   */
  async open(): Promise<readonly FleetChange[]> {
    const file = this.engine.tables();
    // it gets ready while the file is read
    const link = this.options.worker === true ? this.spawn() : null;
    try {
      const { rows, firstFree } = await file.read();
      await link?.call({ on: "file", method: "open", args: [this.engine.place] });
      if (link !== null) await file.close();
      this.free = firstFree;
      this.link = link;
      this.desk = link === null ? file : farDesk(link);
      return rows;
    } catch (error) {
      await link?.terminate();
      await file.close();
      throw error;
    }
  }
  private spawn(): WorkerLink<FleetRequest> {
    return new WorkerLink<FleetRequest>(
      this.engine.program,
      (why) => {
        if (this.desk !== null) this.options.onFatal?.(why); // while it opens, `open` tells
      },
      () => {},
    );
  }

  /**
   * Durable when it resolves; on rejection nothing of it is in the file. One is decided after the other.
   * @throws Refusal invalid_fleet: something that must be unique is there already; not_found: a row to be changed is
   * gone; link_over; storage_unavailable: the disk is full, say
   */
  commit(
    drafts: readonly FleetDraft[],
    audit: AuditWriter = () => [],
    accounts: readonly AccountChange[] = [],
  ): Promise<readonly FleetChange[]> {
    return this.turns.run(async () => {
      const desk = this.opened();
      if (drafts.length === 0 && accounts.length === 0) return [];
      const resolver = new Resolver(this.free);
      const changes = await inTurns(resolver.inSteps(drafts));
      await desk.commit({
        changes,
        created: resolver.created,
        accounts: resolver.accounts(accounts),
        audit: await audit(changes),
      });
      this.free = resolver.next;
      return changes;
    });
  }

  /** The first of the uids that new rows of a kind will get: every row there ever was has a lower one. */
  async firstFree(kind: FleetKind): Promise<number> {
    this.opened();
    return this.free.get(kind) ?? 1;
  }

  /** How people sign in; for as long as this is open. @throws Refusal storage_unavailable, as those below */
  get accounts(): AccountStore {
    return this.opened().accounts;
  }
  async addAudit(entries: readonly AuditEntry[]): Promise<void> {
    await this.opened().addAudit(entries);
  }
  async readAudit(query: AuditQuery): Promise<readonly StoredAudit[]> {
    return readInSteps(this.opened(), query);
  }
  async trimAudit(before: Micros, most: number): Promise<number> {
    return this.opened().trimAudit(before, most);
  }
  async readUses(): Promise<readonly TokenUse[]> {
    return this.opened().readUses();
  }
  async keepUses(uses: readonly TokenUse[]): Promise<void> {
    await this.opened().keepUses(uses);
  }
  /** Whether this file ever had a data.db beside it, as `setPaired` noted. */
  async isPaired(): Promise<boolean> {
    return this.opened().isPaired();
  }
  async setPaired(): Promise<void> {
    await this.opened().setPaired();
  }

  /** What was asked before is done first. */
  async close(): Promise<void> {
    await this.turns.run(async () => {});
    const { desk, link } = this;
    this.desk = null;
    this.link = null;
    if (link === null) return desk?.close();
    await desk?.close().catch(() => undefined); // one that has died has nothing open
    await link.terminate();
  }
  private opened(): FleetDesk {
    if (!this.desk) throw notOpen();
    return this.desk;
  }
}
