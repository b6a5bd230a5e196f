import { showBroker } from "../../admin/broker-shown.ts";
import { Refusal } from "../../base/errors.ts";
import type { Broker, Workspace } from "../../fleet/types.ts";
import { quote } from "../../measure/bytes.ts";
import { findWorkspaceFor } from "./find.ts";
import type { ApiDeps, Seeker } from "./route.ts";
import { etagOf } from "./state.ts";

/** What the operations of external brokers have alike. */

export const TAKES = 'Takes the workspace permission "integrations".';
export const PATH = "/workspaces/{workspace}/brokers/{broker}";

interface Found {
  readonly workspace: Workspace;
  readonly row: Broker;
}
export function findBroker(seeker: Seeker): Found {
  const workspace = findWorkspaceFor(seeker, "integrations");
  const number = seeker.param("broker");
  const row = /^\d{1,15}$/.test(number) ? seeker.deps.directory.row("broker", Number(number)) : undefined;
  if (row?.workspace === workspace.uid) return { workspace, row };
  throw new Refusal("not_found", `${workspace.slug} has no external broker ${quote(number)}.`);
}
export const answer = ({ deps, found }: { readonly deps: ApiDeps; readonly found: Found }) => {
  const row = deps.directory.row("broker", found.row.uid) ?? found.row;
  return { body: showBroker(deps, row), etag: etagOf(row) };
};
