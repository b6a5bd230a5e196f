import { sql } from "kysely";
import { Refusal } from "../../../base/errors.ts";
import type { FleetDb, FleetTransaction } from "../../sqlite/fleet/schema.ts";
import type { CommitSession } from "../data/doubt.ts";
import { Lost } from "../failures.ts";
import { ownRev, replicated, revOf } from "./head.ts";

/** A commit whose connection broke is asked for so often, this long apart. */
const ASKED = 60;
const ASK_MS = 500;

/** Transactions of the fleet by the only server that may do any. */
export class AloneFleet {
  private rev = 0;

  /** @param onFatal what is stored is not what callers were told: the process must start anew */
  constructor(
    private readonly session: CommitSession,
    private readonly onFatal: (error: Error) => void = rethrow,
    private readonly wait: (ms: number) => Promise<void> = (ms) => Bun.sleep(ms),
  ) {}

  /** From here on nobody commits who opened it before. */
  async open(): Promise<void> {
    this.rev = await ownRev(this.session);
  }

  /** A commit of which the connection broke is asked for, so that what is stored and what is told are the same. */
  async transact(db: FleetDb, work: (trx: FleetTransaction) => Promise<void>): Promise<null> {
    const { rev } = this;
    try {
      await db.transaction().execute(async (trx) => {
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
    await replicated(this.session);
    return null;
  }
  /** How often the fleet was changed, as soon as somebody can say. */
  private async ask(why: Lost): Promise<number> {
    for (let asked = 0; asked < ASKED; asked++) {
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
}

/** In a worker it ends the thread, which its owner is told. */
function rethrow(error: Error): void {
  setTimeout(() => {
    throw error;
  }, 0);
}
