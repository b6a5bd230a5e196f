import { showRule } from "../../admin/rule-shown.ts";
import { Refusal } from "../../base/errors.ts";
import type { Rule, Workspace } from "../../fleet/types.ts";
import { quote } from "../../measure/bytes.ts";
import { findWorkspaceFor } from "./find.ts";
import type { ApiDeps, Seeker } from "./route.ts";
import { etagOf } from "./state.ts";

/** What the operations of rules have alike. */

export const TAKES = 'Takes the workspace permission "rules".';
export const PATH = "/workspaces/{workspace}/rules/{rule}";

interface Found {
  readonly workspace: Workspace;
  readonly row: Rule;
}
export function findRule(seeker: Seeker): Found {
  const workspace = findWorkspaceFor(seeker, "rules");
  const number = seeker.param("rule");
  const row = /^\d{1,15}$/.test(number) ? seeker.deps.directory.row("rule", Number(number)) : undefined;
  if (row?.workspace === workspace.uid) return { workspace, row };
  throw new Refusal("not_found", `${workspace.slug} has no rule ${quote(number)}.`);
}
const now = ({ deps, found }: { readonly deps: ApiDeps; readonly found: Found }): Rule =>
  deps.directory.row("rule", found.row.uid) ?? found.row;
export const answer = (call: { readonly deps: ApiDeps; readonly found: Found }) => ({
  body: showRule(call.deps, now(call)),
  etag: etagOf(now(call)),
});
