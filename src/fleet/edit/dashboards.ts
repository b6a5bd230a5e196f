import { BadValues, Refusal } from "../../base/errors.ts";
import { contentProblems } from "../dashboard-sources.ts";
import type { Dashboard, DashboardShare } from "../dashboard-rows.ts";
import type { Draughtsman } from "../plan-draft.ts";
import { type Changes, patched, sameRow } from "./patch.ts";

/** Edits of dashboards and the links that show them, for FleetService.edit. */

const MOST_DASHBOARDS = 200;
const MOST_SHARES = 50;

/** @throws BadValues already_exists, invalid_request; Refusal invalid_request */
export function createDashboard(draft: Draughtsman, wish: Omit<Dashboard, "uid" | "created">): void {
  const { directory, supplies } = draft;
  if (directory.countOf("dashboard", "workspace", wish.workspace) >= MOST_DASHBOARDS)
    throw new Refusal(
      "invalid_request",
      `A workspace has ${MOST_DASHBOARDS} dashboards at most. Delete one that is not needed.`,
    );
  check(draft, wish, null);
  const row = { ...wish, created: supplies.now, uid: draft.temporary() };
  draft.drafts.push({ kind: "dashboard", op: "put", row });
}

/** @throws BadValues already_exists, invalid_request */
export function changeDashboard(draft: Draughtsman, row: Dashboard, changes: Changes<Dashboard>): void {
  const next = patched(row, changes);
  if (sameRow(next, row)) return;
  check(draft, next, row.uid);
  draft.drafts.push({ kind: "dashboard", op: "put", row: next });
}

/** @throws Refusal invalid_request */
export function createShare(draft: Draughtsman, wish: Omit<DashboardShare, "uid" | "created" | "used">): void {
  const { directory, supplies } = draft;
  if (directory.countOf("dashboardShare", "dashboard", wish.dashboard) >= MOST_SHARES)
    throw new Refusal(
      "invalid_request",
      `A dashboard has ${MOST_SHARES} links at most. Revoke one that is not needed.`,
    );
  const row = { ...wish, created: supplies.now, used: null, uid: draft.temporary() };
  draft.drafts.push({ kind: "dashboardShare", op: "put", row });
}

function check({ directory }: Draughtsman, row: Omit<Dashboard, "uid" | "created">, own: number | null): void {
  const other = directory.named("dashboard", row.workspace, row.name);
  if (other !== undefined && other.uid !== own)
    throw new BadValues("already_exists", [{ path: "name", message: `A dashboard "${row.name}" exists already.` }]);
  const product = row.product === null ? null : (directory.productByUid(row.product)?.row.slug ?? null);
  const wrong = contentProblems(row.content, product);
  if (wrong.length > 0)
    throw new BadValues(
      "invalid_request",
      wrong.slice(0, 100).map(({ path, message }) => ({ path: `content.${path}`, message })),
    );
}
