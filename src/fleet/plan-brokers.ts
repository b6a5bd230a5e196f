import { Refusal } from "../base/errors.ts";
import type { Broker } from "./broker-rows.ts";
import { newClientId, PLAIN_BROKER } from "./brokers.ts";
import type { Directory } from "./directory.ts";
import { problemsOf } from "./edit/brokers.ts";
import { defined } from "./edit/patch.ts";
import type { FileWorkspace } from "./file.ts";
import type { FileBroker } from "./file-brokers.ts";
import type { Draughtsman, Differences } from "./plan-draft.ts";
import { twice } from "./plan-fields.ts";

/** The external brokers of a workspace, as a fleet file says them. @param path of it in the file @throws Refusal invalid_fleet */
export function planBrokers(
  directory: Directory,
  draft: Draughtsman,
  { slug, brokers }: FileWorkspace,
  path: string,
): void {
  const workspace = draft.findWorkspace(slug) ?? 0;
  const seen = new Set<string>();
  for (const [i, file] of brokers.entries()) {
    const at = `${path}.brokers[${i}]`;
    if (seen.has(file.name)) throw twice(`${at}.name`, file.name);
    seen.add(file.name);
    const known = directory.named("broker", workspace, file.name);
    const row = rowOf(draft, file, known, workspace, at);
    const problems = problemsOf(directory, row, known?.uid ?? null);
    if (problems.length > 0)
      throw new Refusal("invalid_fleet", problems.map((one) => `${at}.${one.path}: ${one.message}`).join("\n"));
    draft.put("broker", row, known, `broker ${slug}/${file.name}`, differences(known, row));
  }
}

function rowOf(
  draft: Draughtsman,
  {
    server_name: serverName,
    client_id: clientId,
    keep_alive: keepAlive,
    session_expiry: sessionExpiry,
    ...file
  }: FileBroker,
  known: Broker | undefined,
  workspace: number,
  at: string,
): Broker {
  return {
    ...PLAIN_BROKER,
    clientId: known?.clientId ?? clientId ?? newClientId(draft.supplies.random),
    created: draft.supplies.now,
    ...known,
    ...defined({ ...file, serverName, clientId, keepAlive, sessionExpiry }),
    uid: known?.uid ?? draft.temporary(),
    workspace,
    name: file.name,
    addresses: file.addresses,
    account: accountOf(draft, workspace, file.account, at),
  };
}
/** An API user of the file, or of the fleet. */
function accountOf(draft: Draughtsman, workspace: number, name: string, at: string): number {
  for (const one of draft.drafts)
    if (one.kind === "apiUser" && one.op === "put" && one.row.workspace === workspace && one.row.name === name)
      return one.row.uid;
  const known = draft.directory.apiUsersOf(workspace).find((one) => one.name === name);
  if (known !== undefined) return known.uid;
  throw new Refusal("invalid_fleet", `${at}.account: the workspace has no API user ${JSON.stringify(name)}`);
}

/** Neither secrets nor what routes hold are in them. */
function differences(before: Broker | undefined, after: Broker): Differences {
  const other = (was: unknown, is: unknown) =>
    JSON.stringify(was) === JSON.stringify(is) || before === undefined ? [0, 0] : ["before", "those of the file"];
  const secret = (was: string | null | undefined, is: string | null) =>
    was === is || before === undefined ? [0, 0] : ["the old one", is === null ? null : "the one in the file"];
  const pair = ([was, is]: unknown[]): readonly [unknown, unknown] => [was, is];
  return {
    description: [before?.description, after.description],
    addresses: [before?.addresses.join(" "), after.addresses.join(" ")],
    protocol: [before?.protocol, after.protocol],
    username: [before?.username, after.username],
    password: pair(secret(before?.password, after.password)),
    ca: pair(other(before?.ca, after.ca)),
    certificate: pair(other(before?.certificate, after.certificate)),
    key: pair(secret(before?.key, after.key)),
    server_name: [before?.serverName, after.serverName],
    client_id: [before?.clientId, after.clientId],
    keep_alive: [before?.keepAlive, after.keepAlive],
    session_expiry: [before?.sessionExpiry, after.sessionExpiry],
    hops: [before?.hops, after.hops],
    account: [before?.account, after.account],
    paused: [before?.paused, after.paused],
    routes: pair(other(before?.routes, after.routes)),
  };
}
