import { Refusal } from "../../../base/errors.ts";
import type { Maintenance, StoreLock } from "../../ports.ts";
import type { Work } from "../../work.ts";
import { acquireLock } from "../lock.ts";
import { mustBeSuitable } from "../suitable.ts";
import type { MoveReport } from "./files.ts";
import { moveToFolder } from "./to-folder.ts";
import { moveToPostgres } from "./to-postgres.ts";

export interface Move {
  readonly folder: string;
  /** Where the data of the folder is, and where it is to go: the address of a PostgreSQL; null: the folder itself. */
  readonly from: string | null;
  readonly to: string | null;
  readonly dryRun: boolean;
  /** Unix time in ms */
  readonly now: number;
  /** Of the folder as it is. */
  readonly maintenance: Pick<Maintenance, "lock" | "holder">;
}

/**
 * Moves all that a folder has from one engine to the other.
 * @throws Refusal: somebody has it; the data is there already; the PostgreSQL is not suitable; Stopped
 */
export async function moveWhole(move: Move, work: Work): Promise<MoveReport> {
  const { folder, from, to, now, maintenance } = move;
  if ((from === null) === (to === null)) {
    const where = from === null ? "in the folder" : "in PostgreSQL";
    throw new Refusal("invalid_request", `The data of ${folder} is ${where} already.`);
  }
  if (to !== null) await mustBeSuitable(to, now, {});
  const lock = await maintenance.lock();
  if (lock === null)
    throw new Refusal(
      "invalid_request",
      `Another fieldcast uses ${folder}${await maintenance.holder()}: stop it first.`,
    );
  let other: StoreLock | null = null;
  try {
    if (to === null) return await moveToFolder({ ...move, address: from ?? "" }, work);
    other = await acquireLock(to);
    if (other === null)
      throw new Refusal("invalid_request", "Another fieldcast uses that PostgreSQL store: stop it first.");
    return await moveToPostgres({ ...move, address: to }, work);
  } finally {
    other?.release();
    lock.release();
  }
}
