import { sql } from "kysely";
import { FleetChanged } from "../../changed.ts";
import { fleetNews, linesOf } from "../../fleet-news.ts";
import { crcOf, RecordWriter, Told } from "../../record.ts";
import { keptOf } from "../../kept.ts";
import type { Written } from "../../revisions.ts";
import type { Telling } from "../../sqlite/fleet/commit.ts";
import type { FleetNode } from "../../sqlite/fleet/desk.ts";
import type { FleetDb, FleetTransaction } from "../../sqlite/fleet/schema.ts";
import type { CommitSession } from "../data/doubt.ts";
import { Lost } from "../failures.ts";
import type { Ending } from "./dialect.ts";
import { replicated } from "./head.ts";

/**
 * Transactions of the fleet by one of several nodes. Each takes the next number, if what it was decided on is as it was, and nobody else has it
 * until it ends; the last words (functions/fleet.ts) put what others are to know into the log.
 */
export class SharedFleet {
  private no = 0;

  constructor(
    private readonly session: CommitSession,
    private readonly node: FleetNode,
    private readonly ending: Ending,
  ) {}

  async open(): Promise<void> {
    this.no = (await this.said()).no;
  }

  /** @throws FleetChanged: another node was first; Lost: nobody can say whether it is stored; and what `work` throws */
  async transact(
    db: FleetDb,
    work: (trx: FleetTransaction) => Promise<void>,
    telling: Telling | null,
  ): Promise<Written | null> {
    const no = this.no + 1;
    // long work, if there is much: nobody else can change anything while the transaction lasts
    const lines = linesOf(telling?.changes ?? []);
    let written: Written | null = null;
    try {
      await db.transaction().execute(async (trx) => {
        const rev = telling === null ? 0 : await nextRev(trx, telling);
        await work(trx);
        const body = telling === null ? null : this.recordOf(rev, telling, lines);
        const told = (seq: unknown): void => {
          if (body !== null) written = { rev, seq: Number(seq) };
        };
        this.ending.next = { text: this.lastWords(no, rev, body), told: ({ rows }) => told(rows[0]?.[0]) };
      });
    } catch (error) {
      if (!(error instanceof Lost) || telling === null) throw error;
      const said = await this.ask(error);
      if (said.no !== no) throw error;
      written = said;
    }
    if (telling !== null) this.no = no;
    await replicated(this.session);
    return written;
  }
  private recordOf(rev: number, { created, accounts }: Telling, lines: readonly string[]): Uint8Array {
    const writer = new RecordWriter(4096, true);
    writer.note(Told.Fleet, fleetNews({ rev, by: this.node, created, accounts: keptOf(accounts) }, lines));
    return writer.finish();
  }
  private lastWords(no: number, rev: number, body: Uint8Array | null): string {
    const bytes = body === null ? "NULL" : `'\\x${Buffer.from(body).toString("hex")}'::bytea`;
    return `SELECT end_fleet(${[...this.node, no, rev, bytes, body === null ? 0 : crcOf(body)].join(", ")}); COMMIT`;
  }

  /** What is stored of this node, when nothing of a connection that was lost is under way any more. */
  private async ask(why: Lost): Promise<Written & { readonly no: number }> {
    for (let asked = 0; asked < ASKED; asked++) {
      try {
        // waits for who has the row, and for the standby
        this.session.unreplicated = true;
        await replicated(this.session);
        return await this.said();
      } catch (error) {
        if (!(error instanceof Lost)) throw error;
        await Bun.sleep(ASK_MS);
      }
    }
    throw why;
  }
  private async said(): Promise<Written & { readonly no: number }> {
    const [node] = this.node;
    const { rows } = await this.session.query({
      text: "SELECT no, rev, seq FROM fleet_said WHERE node = $1",
      values: [node],
    });
    const [no = 0, rev = 0, seq = 0] = (rows[0] ?? []).map(Number);
    return { no, rev, seq };
  }
}

/** A commit whose connection broke is asked for so often, this long apart. */
const ASKED = 60;
const ASK_MS = 500;

/** What changes of accounts nobody decides on: browsers that are signed in, and what they were given. */
const UNDECIDED: ReadonlySet<string> = new Set(["sign_in_put", "sign_in_used", "sign_in_delete", "ticket_put"]);

/** The next number. @throws FleetChanged: what the transaction was decided on was changed since */
async function nextRev(trx: FleetTransaction, { basis, changes, accounts }: Telling): Promise<number> {
  const fleet = changes.length > 0 ? sql`rev + 1` : sql`fleet`;
  const people = accounts.every(({ op }) => UNDECIDED.has(op)) ? sql`people` : sql`rev + 1`;
  const next = sql<{
    rev: number;
  }>`update fleet_head set rev = rev + 1, fleet = ${fleet}, people = ${people} where id = 1`;
  const same = basis === null ? sql`` : sql`and fleet <= ${basis.rev}`;
  const also = basis?.onPeople ? sql`and people <= ${basis.rev}` : sql``;
  const { rows } = await sql<{ rev: number }>`${next} ${same} ${also} returning rev`.execute(trx);
  const [row] = rows;
  if (row !== undefined) return row.rev;
  const { rows: now } = await sql<{ rev: number }>`select rev from fleet_head`.execute(trx);
  throw new FleetChanged(now[0]?.rev ?? 0);
}
