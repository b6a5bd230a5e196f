import { Kysely, sql } from "kysely";
import { Refusal } from "../../../base/errors.ts";
import type { FleetCommit, FleetRead } from "../../sqlite/fleet/desk.ts";
import { load } from "../../sqlite/fleet/load.ts";
import { migrate } from "../../sqlite/fleet/migrate.ts";
import type { FleetDb, FleetTransaction, Schema } from "../../sqlite/fleet/schema.ts";
import { FleetTables } from "../../sqlite/fleet/tables.ts";
import { ENDS_IDLE } from "../beginning.ts";
import { Lost } from "../failures.ts";
import { makeSchema } from "../schema.ts";
import type { Session } from "../session.ts";
import { type Target, targetOf } from "../url.ts";
import { FleetDialect } from "./dialect.ts";
import { CommitSession } from "../data/doubt.ts";
import { firstFree, ownRev, revOf } from "./head.ts";
import { committing, opening, signingIn } from "./failures.ts";

/**
 * What the tables of the fleet do not say: how often it was changed, by which a commit is known whose connection broke; whether there was
 * ever data beside it; and of each kind the first uid that was never given.
 */
const BESIDE = [
  `CREATE TABLE IF NOT EXISTS fleet_head (
     id bigint PRIMARY KEY CHECK (id = 1), rev bigint NOT NULL, paired bigint NOT NULL
   )`,
  "INSERT INTO fleet_head VALUES (1, 0, 0) ON CONFLICT DO NOTHING",
  `CREATE TABLE IF NOT EXISTS fleet_given (kind text COLLATE "C" PRIMARY KEY, next bigint NOT NULL)`,
];

/** A commit whose connection broke is asked for so often, this long apart. */
const ASKED = 60;
const ASK_MS = 500;

/** Fleet metadata and accounts in a schema of PostgreSQL, in the thread that calls it. */
export class PostgresFleetTables extends FleetTables {
  private readonly target: Target;
  private session: CommitSession | null = null;
  private rev = 0;

  /** @param onFatal what is stored is not what callers were told: the process must start anew. */
  constructor(
    address: string,
    private readonly onFatal: (error: Error) => void = rethrow,
    private readonly wait: (ms: number) => Promise<void> = (ms) => Bun.sleep(ms),
  ) {
    super();
    this.target = targetOf(address);
  }

  async read(): Promise<FleetRead> {
    return this.opens(async (db, session) => {
      await makeSchema(session, this.target);
      await migrate(db, this.target.shown, undefined, this.target.schema);
      for (const text of BESIDE) await session.query({ text });
      return { rows: await load(db), firstFree: await firstFree(session) };
    });
  }
  async open(): Promise<void> {
    await this.opens(async () => {});
  }
  private async opens<T>(work: (db: FleetDb, session: Session) => Promise<T>): Promise<T> {
    const session = new CommitSession(this.target, () => {}, { name: "fleet", begin: [ENDS_IDLE] });
    try {
      const db = new Kysely<Schema>({ dialect: new FleetDialect(session) });
      const done = await work(db, session);
      this.rev = await ownRev(session);
      [this.db, this.session] = [db, session];
      return done;
    } catch (error) {
      await session.end();
      throw opening(this.target.shown, error);
    }
  }

  /** A commit of which the connection broke is asked for, so that what is stored and what is told are the same. */
  protected override async transact(work: (trx: FleetTransaction) => Promise<void>): Promise<void> {
    const { rev } = this;
    try {
      await super.transact(async (trx) => {
        const { numAffectedRows } =
          await sql`update fleet_head set rev = rev + 1 where id = 1 and rev = ${rev}`.execute(trx);
        if (numAffectedRows !== 1n) throw this.changed();
        await work(trx);
      });
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
      if ((await this.ask(error)) === rev) throw error;
    }
    this.rev = rev + 1;
    await this.replicated();
  }
  /** A commit that no standby has yet counts when a later one was waited for: the log of PostgreSQL is in order. */
  private async replicated(): Promise<void> {
    while (this.session?.unreplicated) {
      this.session.unreplicated = false;
      await this.session.query({ text: "UPDATE fleet_head SET paired = paired" });
    }
  }
  /** How often the fleet was changed, as soon as somebody can say. */
  private async ask(why: Lost): Promise<number> {
    for (let asked = 0; asked < ASKED && this.session !== null; asked++) {
      try {
        return await revOf(this.session);
      } catch (error) {
        if (!(error instanceof Lost)) throw error;
        await this.wait(ASK_MS);
      }
    }
    throw why;
  }
  private changed(): Refusal {
    const error = new Refusal(
      "storage_unavailable",
      "The fleet in PostgreSQL was changed by somebody else, or by a commit of which the answer was lost; this server must start anew.",
    );
    this.onFatal(error);
    return error;
  }

  protected override async noteGiven(trx: FleetTransaction, created: FleetCommit["created"]): Promise<void> {
    for (const { kind, to } of created)
      await sql`insert into fleet_given values (${kind}, ${to})
        on conflict (kind) do update set next = greatest(fleet_given.next, excluded.next)`.execute(trx);
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

/** In a worker it ends the thread, which its owner is told. */
function rethrow(error: Error): void {
  setTimeout(() => {
    throw error;
  }, 0);
}
