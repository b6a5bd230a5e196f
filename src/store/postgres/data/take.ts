import type { Seq } from "../../ports.ts";
import { LEASE_MS } from "../lease.ts";
import type { Session } from "../session.ts";
import type { Question } from "../session-types.ts";

/** Who takes a store: for the row of its node, and for people. */
export interface Holder {
  /** Of its data folder; "": it has none. */
  readonly identity: string;
  readonly host: string;
  readonly version: string;
  /** µs */
  readonly now: number;
}
export interface Taken {
  readonly node: number;
  readonly epoch: number;
  readonly commitNo: number;
  /** The number that the next row gets. */
  readonly nextSeq: Seq;
  /** The first free id of bodies that chunks share. */
  readonly nextBody: number;
  /** Among several nodes: what it had before is its own still. */
  readonly kept: boolean;
}

/**
 * Takes the store for a node (functions/take.ts), or enters it beside others (functions/enter.ts).
 * @param judges whether it may declare nodes dead whose lease is over
 * @returns null: another node has it, which does not share it
 */
export async function takeOver(
  session: Session,
  holder: Holder,
  judges: boolean,
  several = false,
): Promise<Taken | null> {
  const { identity, host, version, now } = holder;
  const values = [identity, host, version, now, `${LEASE_MS} ms`, judges ? "true" : "false"];
  const { rows } = await session.query({ text: several ? ENTER : TAKE, values });
  const [row] = rows;
  if (row === undefined) return null;
  const [node = 0, epoch = 0, commitNo = 0, nextSeq = 1, nextBody = 1, kept = 1] = row.map(Number);
  return { node, epoch, commitNo, nextSeq, nextBody, kept: kept === 1 };
}
const TAKE = "SELECT * FROM take_over($1, $2, $3, $4, $5::interval, $6::boolean)";
const ENTER = "SELECT * FROM enter_store($1, $2, $3, $4, $5::interval, $6::boolean)";

/** Who has the store, for the middle of a sentence: their rows, by address, version and since when. */
export const WHO: Question = {
  text: "SELECT address, version, since FROM node WHERE alive = 1 ORDER BY since DESC LIMIT 1",
};

/** @returns "": nobody */
export function whoIs(row: readonly unknown[] | undefined): string {
  const [host, version, since] = row ?? [];
  if (host === undefined) return "";
  return ` (on ${host}, version ${version}, since ${new Date(Number(since) / 1000).toISOString()})`;
}
