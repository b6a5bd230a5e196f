import { InTurn } from "../../../base/in-turn.ts";
import { inTurns } from "../../../base/turns.ts";
import type { AuditWriter } from "../../../fleet/audit.ts";
import type { FleetChange, FleetKind } from "../../../fleet/types.ts";
import type {
  AccountChange,
  AccountStore,
  ByNodes,
  FleetDraft,
  FleetRevisions,
  FleetStore,
  Given,
  TokenUseStore,
} from "../../ports.ts";
import { WorkerLink } from "../link.ts";
import { type FleetDesk, type FleetRequest, farDesk } from "./desk.ts";
import type { FleetEngine, FleetOptions } from "./options.ts";
import { StoredAccounts } from "./stored-accounts.ts";
import { StoredNotes } from "./stored-notes.ts";
import { notOpen } from "./tables.ts";
import { FleetChanged } from "../../changed.ts";
import { keptOf } from "../../kept.ts";
import { Resolver } from "../../resolve.ts";
import { Revisions } from "../../revisions.ts";

/**
 * Fleet metadata and accounts in a database. Uids are given and audit entries are made here, so that a commit goes to it as a whole.
 */
export class StoredFleet extends StoredNotes implements FleetStore, TokenUseStore {
  private desk: FleetDesk | null = null;
  private link: WorkerLink<FleetRequest> | null = null;
  private free: ReadonlyMap<FleetKind, number> = new Map();
  private readonly turns = new InTurn();
  private people: (AccountStore & ByNodes) | null = null;
  revisions: Revisions | null = null;

  constructor(
    private readonly engine: FleetEngine,
    private readonly options: FleetOptions = {},
  ) {
    super();
  }

  /**
   * Opens or creates the file, checks and migrates it.
   * @returns every row as a put, parents first
   * @throws Refusal damaged_store, newer_store: nothing was written; storage_unavailable: the file cannot be opened
   */
  async open(): Promise<readonly FleetChange[]> {
    const node = this.options.node?.() ?? null;
    const file = this.engine.tables(node);
    // it gets ready while the file is read
    const link = this.options.worker === true ? this.spawn() : null;
    try {
      const { rows, firstFree, rev, secret } = await file.read();
      await link?.call({ on: "file", method: "open", args: [this.engine.place, node] });
      if (link !== null) await file.close();
      this.free = firstFree;
      this.link = link;
      this.desk = link === null ? file : farDesk(link);
      const spend: FleetRevisions["spend"] = (...what) => this.opened().spend(...what);
      const common = Buffer.from(secret, "hex");
      this.revisions = node && new Revisions(node, rev, (given) => this.took(given), common, spend);
      this.people = new StoredAccounts(() => this.opened().accounts, this.revisions);
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
      const { revisions } = this;
      const basis = revisions && (revisions.basis ?? { rev: revisions.known, onPeople: false });
      // the uids that it gives are those that were free then
      if (revisions !== null && basis !== null && revisions.fleet > basis.rev) throw new FleetChanged(revisions.known);
      const resolver = new Resolver(this.free);
      const changes = await inTurns(resolver.inSteps(drafts));
      const [people, { created }] = [resolver.accounts(accounts), resolver];
      const what = { changes, created, accounts: people, audit: await audit(changes), basis };
      if (revisions === null) await desk.commit(what);
      else await revisions.own(() => desk.commit(what), { changes, created, accounts: keptOf(people) });
      this.took(created);
      return changes;
    });
  }
  /** Uids were given, by whichever node. */
  private took(created: readonly Given[]): void {
    const free = new Map(this.free);
    for (const { kind, to } of created) free.set(kind, Math.max(to, free.get(kind) ?? 1));
    this.free = free;
  }

  /** The first of the uids that new rows of a kind will get: every row there ever was has a lower one. */
  async firstFree(kind: FleetKind): Promise<number> {
    this.opened();
    return this.free.get(kind) ?? 1;
  }

  /** How people sign in; for as long as this is open. @throws Refusal storage_unavailable, as those below */
  get accounts(): AccountStore & ByNodes {
    this.opened();
    if (this.people === null) throw notOpen();
    return this.people;
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
  protected override opened(): FleetDesk {
    if (!this.desk) throw notOpen();
    return this.desk;
  }
}
