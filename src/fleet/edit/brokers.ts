import { type BadValue, BadValues, Refusal } from "../../base/errors.ts";
import type { Broker, BrokerSettings } from "../broker-rows.ts";
import { brokerProblems, cycleBetween, MOST_BROKERS, newClientId } from "../brokers.ts";
import type { Directory } from "../directory.ts";
import type { Draughtsman } from "../plan-draft.ts";
import { defined, sameRow, type Stated } from "./patch.ts";

/** Edits of external brokers, for FleetService.edit. */

export type BrokerWish = Omit<BrokerSettings, "clientId"> & {
  readonly name: string;
  readonly clientId?: string | undefined;
};

/** @throws BadValues already_exists, invalid_request; Refusal invalid_request: there are too many */
export function createBroker(draft: Draughtsman, workspace: number, { clientId, ...wish }: BrokerWish): void {
  const { directory, supplies } = draft;
  if (directory.countOf("broker", "workspace", workspace) >= MOST_BROKERS)
    throw new Refusal(
      "invalid_request",
      `A workspace has ${MOST_BROKERS} external brokers at most. Delete one that is not needed.`,
    );
  const row = { ...wish, workspace, clientId: clientId ?? newClientId(supplies.random), created: supplies.now };
  check(directory, row, null);
  draft.drafts.push({ kind: "broker", op: "put", row: { ...row, uid: draft.temporary() } });
}

/** @throws BadValues already_exists, invalid_request */
export function changeBroker(
  draft: Draughtsman,
  row: Broker,
  changes: Stated<Omit<Broker, "uid" | "workspace" | "created">>,
): void {
  const next: Broker = { ...row, ...defined(changes) };
  if (sameRow(next, row)) return;
  check(draft.directory, next, row.uid);
  draft.drafts.push({ kind: "broker", op: "put", row: next });
}

function check(directory: Directory, row: Omit<Broker, "uid">, own: number | null): void {
  const other = directory.named("broker", row.workspace, row.name);
  if (other !== undefined && other.uid !== own)
    throw new BadValues("already_exists", [
      { path: "name", message: `An external broker "${row.name}" exists already.` },
    ]);
  const problems = problemsOf(directory, row, own);
  if (problems.length > 0) throw new BadValues("invalid_request", problems);
}
/** What is wrong with one as a whole, and beside the others of its workspace. @param own uid; null: it is new */
export function problemsOf(directory: Directory, row: Omit<Broker, "uid">, own: number | null): readonly BadValue[] {
  const problems = brokerProblems(row);
  if (problems.length > 0) return problems;
  const others = directory.childrenOf("broker", "workspace", row.workspace).filter(({ uid }) => uid !== own);
  const cycle = cycleBetween(row, others);
  return cycle === null ? [] : [cycle];
}
