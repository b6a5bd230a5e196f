import type { TokenUse } from "../../../auth/uses.ts";
import { Refusal } from "../../../base/errors.ts";
import type { Micros } from "../../../base/types.ts";
import type { AuditEntry } from "../../../fleet/audit.ts";
import type { FleetKind } from "../../../fleet/types.ts";
import type { AuditQuery, StoredAudit } from "../../ports.ts";
import { changeAccounts } from "./account-changes.ts";
import { KyselyAccountStore } from "./accounts.ts";
import { insertAudit, selectAudit, spanOfAudit, trimAudit } from "./audit.ts";
import type { Written } from "../../revisions.ts";
import type { Telling } from "./commit.ts";
import type { FleetCommit, FleetDesk, FleetRead } from "./desk.ts";
import type { FleetDb, FleetTransaction } from "./schema.ts";
import { putUses, selectUses } from "./uses.ts";
import { write } from "./write.ts";

/** Fleet metadata and accounts in tables of a database, in the thread that calls it: what is alike for every database. */
export abstract class FleetTables implements FleetDesk {
  protected db: FleetDb | null = null;
  readonly accounts = new KyselyAccountStore(
    () => this.opened(),
    (work, telling) => this.transact(work, telling),
    (error) => this.accountsFailing(error),
  );

  /** Opens or creates it, checks and migrates it, and reads all of it. @throws Refusal damaged_store, newer_store, storage_unavailable */
  abstract read(): Promise<FleetRead>;
  /** Opens it as it is: somebody has called `read`. */
  abstract open(): Promise<void>;
  abstract isPaired(): Promise<boolean>;
  abstract setPaired(): Promise<void>;
  /** What an error says that came while it was read or written. */
  protected abstract failing(error: unknown): unknown;
  /** The same of how people sign in. */
  protected abstract accountsFailing(error: unknown): unknown;

  /** All or nothing, and durable when it resolves. @param _telling what nodes are to know of it that keep it in memory; null: nothing */
  protected async transact(
    work: (trx: FleetTransaction) => Promise<void>,
    _telling: Telling | null,
  ): Promise<Written | null> {
    await this.opened().transaction().execute(work);
    return null;
  }
  /** Notes the uids that a commit gave, in its transaction. */
  protected async noteGiven(_trx: FleetTransaction, _created: FleetCommit["created"]): Promise<void> {}

  /**
   * Durable when it resolves; on rejection nothing of it is stored.
   * @throws Refusal invalid_fleet: something that must be unique is there already; not_found: a row to be changed is
   * gone; link_over; storage_unavailable: the disk is full, say
   */
  async commit({ changes, created, accounts, audit, basis = null }: FleetCommit): Promise<Written | null> {
    const given = new Map(created.map((some) => [some.kind, some]));
    const isNew = (kind: FleetKind, uid: number) => {
      const some = given.get(kind);
      return some !== undefined && uid >= some.from && uid < some.to;
    };
    return this.tried(() =>
      this.transact(
        async (trx) => {
          await write(trx, changes, { has: isNew });
          await changeAccounts(trx, accounts);
          await insertAudit(trx, audit);
          await this.noteGiven(trx, created);
        },
        { changes, created, accounts, basis },
      ),
    );
  }

  /** @throws Refusal storage_unavailable, as those below */
  async addAudit(entries: readonly AuditEntry[]): Promise<void> {
    this.opened();
    await this.tried(() => this.transact((trx) => insertAudit(trx, entries), null));
  }
  async readAudit(query: AuditQuery): Promise<readonly StoredAudit[]> {
    return this.tried(() => selectAudit(this.opened(), query));
  }
  async auditSpan(): Promise<{ readonly first: number; readonly last: number }> {
    return this.tried(() => spanOfAudit(this.opened()));
  }
  async trimAudit(before: Micros, most: number): Promise<number> {
    return this.tried(() => trimAudit(this.opened(), before, most));
  }
  async readUses(since?: Micros): Promise<readonly TokenUse[]> {
    return this.tried(() => selectUses(this.opened(), since));
  }
  async keepUses(uses: readonly TokenUse[]): Promise<void> {
    this.opened();
    await this.tried(() => this.transact((trx) => putUses(trx, uses), null));
  }
  /** Only among several nodes. */
  async spend(_what: string, _until: Micros, _now: Micros): Promise<boolean> {
    throw new Refusal("not_available", "What works once is noted where several nodes share a store.");
  }
  protected async tried<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.failing(error);
    }
  }

  async close(): Promise<void> {
    const { db } = this;
    this.db = null;
    await db?.destroy();
  }

  protected opened(): FleetDb {
    if (!this.db) throw notOpen();
    return this.db;
  }
}

export function notOpen(): Refusal {
  return new Refusal("storage_unavailable", "The fleet store is not open.");
}
