import { heldBy, mayGive } from "../auth/held.ts";
import { BadValues, Refusal } from "../base/errors.ts";
import { didYouMean } from "../base/suggest.ts";
import type { Directory } from "../fleet/directory.ts";
import { type BrokerWish, changeBroker, createBroker } from "../fleet/edit/brokers.ts";
import { defined } from "../fleet/edit/patch.ts";
import { PLAIN_BROKER } from "../fleet/brokers.ts";
import type { Draughtsman } from "../fleet/plan-draft.ts";
import type { Broker, Workspace } from "../fleet/types.ts";
import type { BrokerPort } from "../integrations/brokers/types.ts";
import { type Asker, OWNER_OF_THE_FOLDER } from "./actor.ts";
import type { BrokerGiven } from "./broker-values.ts";
import type { AdminDeps } from "./types.ts";

/** What is done with external brokers, whichever way it is asked. */

type Deps = Pick<AdminDeps, "directory" | "brokers">;

/** @throws Refusal not_available: no server runs */
export function connecting({ brokers }: Pick<AdminDeps, "brokers">): BrokerPort {
  if (brokers !== undefined) return brokers;
  throw new Refusal(
    "not_available",
    "No server runs on this folder: external brokers are connected by it, and it keeps their logs.",
  );
}

/** Makes one. @throws BadValues, Refusal invalid_request, already_exists, not_permitted */
export function makeBroker(
  asker: Asker<Deps>,
  draft: Draughtsman,
  workspace: Workspace,
  given: BrokerGiven & Pick<BrokerWish, "name"> & { readonly addresses: readonly string[]; readonly account: string },
): void {
  const { account, ...wish } = given;
  const acting = accountNamed(asker, workspace, account);
  checkActing(asker, workspace.uid, acting);
  checkReach(asker, given.addresses);
  createBroker(draft, workspace.uid, {
    ...PLAIN_BROKER,
    ...rowFrom(wish),
    name: given.name,
    addresses: given.addresses,
    account: acting,
  });
}
/** Changes one. @throws BadValues, Refusal invalid_request, already_exists, not_permitted */
export function editBroker(
  asker: Asker<Deps>,
  draft: Draughtsman,
  workspace: Workspace,
  row: Broker,
  { account, ...wish }: BrokerGiven,
): void {
  const acting = account === undefined ? row.account : accountNamed(asker, workspace, account);
  // whoever changes where it connects to, or what it carries, reads and writes as its account
  checkActing(asker, workspace.uid, acting);
  if (wish.addresses !== undefined) checkReach(asker, wish.addresses);
  changeBroker(draft, row, { ...rowFrom(wish), account: acting });
}

function rowFrom({
  server_name: serverName,
  client_id: clientId,
  keep_alive: keepAlive,
  session_expiry: sessionExpiry,
  ...same
}: Omit<BrokerGiven, "account">) {
  return defined({ ...same, serverName, clientId, keepAlive, sessionExpiry });
}
function accountNamed({ deps }: Asker<Deps>, workspace: Workspace, name: string): number {
  const users = deps.directory.apiUsersOf(workspace.uid);
  const found = users.find((one) => one.name === name);
  if (found !== undefined) return found.uid;
  const hint =
    didYouMean(
      name,
      users.map((one) => one.name),
    ) || " Make one, with the least that it needs.";
  const message = `${workspace.slug} has no API user ${JSON.stringify(name)}.${hint}`;
  throw new BadValues("invalid_request", [{ path: "account", message }]);
}
/** Nobody reads or writes by a broker what they may not by themselves. */
function checkActing({ deps, who }: Asker<Deps>, workspace: number, account: number): void {
  if (mayActFor(deps.directory, who.principal, workspace, account)) return;
  throw new Refusal(
    "not_permitted",
    "The API user as which it acts may more than you. Let it be one that you could make.",
  );
}
function mayActFor(
  directory: Directory,
  principal: Asker["who"]["principal"],
  workspace: number,
  account: number,
): boolean {
  if (principal === OWNER_OF_THE_FOLDER || principal.key === `a:${account}`) return true;
  const held = heldBy(directory, principal.key);
  return (directory.apiUser(account)?.grants ?? []).every((grant) => mayGive(directory, held, workspace, grant));
}
/** An address that is refused whenever it is asked is so at once. @throws BadValues */
function checkReach({ deps }: Asker<Deps>, addresses: readonly string[]): void {
  const bad = addresses.flatMap((address, i) => {
    const why = deps.brokers?.whyNever(address) ?? null;
    return why === null ? [] : [{ path: `addresses[${i}]`, message: `It is never connected: ${why}.` }];
  });
  if (bad.length > 0) throw new BadValues("invalid_request", bad);
}
