import { randomBytes } from "node:crypto";
import { Kysely, sql } from "kysely";
import type { Micros } from "../../../base/types.ts";
import type { Written } from "../../revisions.ts";
import type { Telling } from "../../sqlite/fleet/commit.ts";
import type { FleetCommit, FleetNode, FleetRead } from "../../sqlite/fleet/desk.ts";
import { load } from "../../sqlite/fleet/load.ts";
import { migrate } from "../../sqlite/fleet/migrate.ts";
import type { FleetDb, FleetTransaction, Schema } from "../../sqlite/fleet/schema.ts";
import { FleetTables, notOpen } from "../../sqlite/fleet/tables.ts";
import { ENDS_IDLE, ENDS_SOON } from "../beginning.ts";
import { makeSchema } from "../schema.ts";
import type { Session } from "../session.ts";
import { type Target, targetOf } from "../url.ts";
import { type Ending, FleetDialect } from "./dialect.ts";
import { CommitSession } from "../data/doubt.ts";
import { AloneFleet } from "./alone.ts";
import { BESIDE, firstFree, revOf, secretOf } from "./head.ts";
import { committing, opening, signingIn } from "./failures.ts";
import { SharedFleet } from "./shared.ts";
import { oneAtATime, viewOf } from "./view.ts";

const SECRET_BYTES = 32;

interface TablesOptions {
  /** What is stored is not what callers were told: the process must start anew. */
  readonly onFatal?: ((error: Error) => void) | undefined;
  readonly wait?: ((ms: number) => Promise<void>) | undefined;
  /** Other nodes change the fleet, too; null or absent: nobody else does. */
  readonly node?: FleetNode | null;
}

/** Fleet metadata and accounts in a schema of PostgreSQL, in the thread that calls it. */
export class PostgresFleetTables extends FleetTables {
  private readonly target: Target;
  private way: AloneFleet | SharedFleet | null = null;

  constructor(
    address: string,
    private readonly options: TablesOptions = {},
  ) {
    super();
    this.target = targetOf(address);
  }

  async read(): Promise<FleetRead> {
    return this.opens(async (db, session) => {
      await makeSchema(session, this.target);
      await oneAtATime(session, async () => {
        await migrate(db, this.target.shown, undefined, this.target.schema);
        for (const text of BESIDE) await session.query({ text });
      });
      const secret = this.options.node ? await secretOf(session, randomBytes(SECRET_BYTES).toString("hex")) : "";
      return viewOf(db, async (view) => ({
        rows: await load(view),
        firstFree: await firstFree(session),
        rev: await revOf(session),
        secret,
      }));
    });
  }
  async open(): Promise<void> {
    await this.opens(async () => {});
  }
  private async opens<T>(work: (db: FleetDb, session: Session) => Promise<T>): Promise<T> {
    const { node = null } = this.options;
    const begin = [node === null ? ENDS_IDLE : ENDS_SOON];
    const session = new CommitSession(this.target, () => {}, { name: "fleet", begin });
    const ending: Ending = { next: null };
    try {
      const db = new Kysely<Schema>({ dialect: new FleetDialect(session, ending) });
      const done = await work(db, session);
      const { onFatal, wait } = this.options;
      const way = node === null ? new AloneFleet(session, onFatal, wait) : new SharedFleet(session, node, ending);
      await way.open();
      [this.db, this.way] = [db, way];
      return done;
    } catch (error) {
      await session.end();
      throw opening(this.target.shown, error);
    }
  }

  protected override async transact(
    work: (trx: FleetTransaction) => Promise<void>,
    telling: Telling | null,
  ): Promise<Written | null> {
    if (this.way === null) throw notOpen();
    return this.way.transact(this.opened(), work, telling);
  }

  protected override async noteGiven(trx: FleetTransaction, created: FleetCommit["created"]): Promise<void> {
    for (const { kind, to } of created)
      await sql`insert into fleet_given values (${kind}, ${to})
        on conflict (kind) do update set next = greatest(fleet_given.next, excluded.next)`.execute(trx);
  }

  override spend(what: string, until: Micros, now: Micros): Promise<boolean> {
    return this.tried(async () => {
      let first = false;
      await this.transact(async (trx) => {
        await sql`delete from fleet_spent where until < ${now}`.execute(trx);
        const { numAffectedRows } =
          await sql`insert into fleet_spent values (${what}, ${until}) on conflict do nothing`.execute(trx);
        first = numAffectedRows === 1n;
      }, null);
      return first;
    });
  }
  async isPaired(): Promise<boolean> {
    const { rows } = await this.tried(() =>
      sql<{ paired: number }>`select paired from fleet_head`.execute(this.opened()),
    );
    return rows[0]?.paired === 1;
  }
  async setPaired(): Promise<void> {
    if (!(await this.isPaired())) await this.tried(() => sql`update fleet_head set paired = 1`.execute(this.opened()));
  }

  protected override failing(error: unknown): unknown {
    return committing(error);
  }
  protected override accountsFailing(error: unknown): unknown {
    return signingIn(error);
  }
}
