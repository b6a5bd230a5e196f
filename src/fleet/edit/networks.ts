import { BadValues, type BadValue, Refusal } from "../../base/errors.ts";
import { settingsOf } from "../../networks/downlinks/index.ts";
import type { NetworkSetting, NetworkSettings } from "../../networks/downlinks/types.ts";
import type { Directory } from "../directory.ts";
import type { Draughtsman } from "../plan-draft.ts";
import type { Network } from "../types.ts";
import { defined, sameRow, type Stated } from "./patch.ts";

/** Edits of networks, for FleetService.edit. */

const SETTINGS: readonly NetworkSetting[] = ["server", "application", "webhook", "key"];
/** What stands in addresses of networks as it is. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._:~-]{0,99}$/;

export const NETWORK_RULE = {
  server: "an address like https://eu1.cloud.thethings.network, without a user name, ? or #",
  application: "1 to 100 letters, digits or . _ : ~ -",
  key: "1 to 1000 characters without spaces at the ends and without control characters",
} as const;

/** Whether an address can be the beginning of a network's addresses. */
export function isServer(text: string): boolean {
  const url = text.length <= 500 && !/[?#\s]/.test(text) ? URL.parse(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
}
/** An application's or a webhook's id. */
export function isApplication(text: string): boolean {
  return PLAIN.test(text);
}
export function isNetworkKey(text: string): boolean {
  return text.length <= 1000 && /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text);
}

/** What is wrong with the settings of a network of this type: what is missing, and what it has no use for. */
export function networkProblems({ type, ...settings }: Pick<Network, "type"> & NetworkSettings): readonly BadValue[] {
  const { needs, takes } = settingsOf(type);
  return SETTINGS.flatMap((path) => {
    const given = settings[path] !== null;
    if (!given && needs.includes(path)) return [{ path, message: `a network of type ${type} needs it` }];
    if (given && !needs.includes(path) && !takes.includes(path))
      return [{ path, message: `a network of type ${type} has no use for it` }];
    return path === "key" && given ? besideKey(type, settings) : [];
  });
}

/** What a key is of no use without. */
function besideKey(type: Network["type"], { application, webhook }: NetworkSettings): readonly BadValue[] {
  if (type === "actility" && application === null)
    return [{ path: "application", message: "a signed request names the AS_ID: set it, or take the key away" }];
  if (type !== "tti") return [];
  return Object.entries({ application, webhook }).flatMap(([path, value]) =>
    value === null ? [{ path, message: "a key is used in the name of an application and a webhook: set both" }] : [],
  );
}

/** @throws BadValues already_exists, invalid_request */
export function createNetwork(draft: Draughtsman, workspace: number, wish: Omit<Network, "uid" | "workspace">): void {
  if (draft.directory.named("network", workspace, wish.name) !== undefined)
    throw new BadValues("already_exists", [
      { path: "name", message: `The workspace has a network ${wish.name} already.` },
    ]);
  refuse(networkProblems(wish));
  draft.drafts.push({ kind: "network", op: "put", row: { ...wish, uid: 0, workspace } });
}

/** Changes what may change of a network: not its name. @throws BadValues invalid_request */
export function changeNetwork(
  draft: Draughtsman,
  row: Network,
  changes: Stated<Omit<Network, "uid" | "workspace" | "name">>,
): void {
  const next: Network = { ...row, ...defined(changes) };
  refuse(networkProblems(next));
  if (!sameRow(next, row)) draft.drafts.push({ kind: "network", op: "put", row: next });
}

/** @throws Refusal immutable: a product uses it */
export function deleteNetwork(draft: Draughtsman, row: Network): void {
  const users = productsUsing(draft.directory, row);
  if (users.length > 0)
    throw new Refusal(
      "immutable",
      `The network ${row.name} is used by ${users.slice(0, 5).join(", ")}${users.length > 5 ? ", …" : ""}: give these products another one first, or none.`,
    );
  draft.drafts.push({ kind: "network", op: "delete", uid: row.uid });
}

/** Slugs of the products that name a network. */
export function productsUsing(directory: Directory, { workspace, name }: Network): readonly string[] {
  return directory.productsOf(workspace).flatMap(({ row }) => (row.network === name ? [row.slug] : []));
}

/** @throws BadValues invalid_request: the workspace has no such network */
export function checkNetworkName(directory: Directory, workspace: number, name: string | null | undefined): void {
  if (name === null || name === undefined || directory.named("network", workspace, name) !== undefined) return;
  const known = directory.childrenOf("network", "workspace", workspace).map((one) => one.name);
  const there = known.length === 0 ? "it has none yet" : `it has ${known.slice(0, 10).join(", ")}`;
  throw new BadValues("invalid_request", [
    { path: "network", message: `The workspace has no network ${JSON.stringify(name)}: ${there}.` },
  ]);
}

function refuse(problems: readonly BadValue[]): void {
  if (problems.length > 0) throw new BadValues("invalid_request", problems);
}
