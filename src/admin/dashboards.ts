import { BadValues, Refusal } from "../base/errors.ts";
import type { DashboardContent, DashboardWidget } from "../fleet/dashboard-content.ts";
import { missingIn, partsOf } from "../fleet/dashboard-sources.ts";
import { changeDashboard, createDashboard } from "../fleet/edit/dashboards.ts";
import type { ProductNode } from "../fleet/nodes.ts";
import type { Draughtsman } from "../fleet/plan-draft.ts";
import type { Dashboard, Workspace } from "../fleet/types.ts";
import { printTime } from "../measure/time.ts";
import type { Asker } from "./actor.ts";
import type { DashboardChanges, DashboardGiven } from "./dashboard-values.ts";
import { knownTo, seenOf, slugOf } from "./dashboard-sight.ts";
import { findProduct, seesProduct } from "./find.ts";

/** What is done with dashboards, whichever way it is asked. */

/** As lists have it. */
export function listDashboard({ deps: { directory }, who }: Asker, row: Dashboard) {
  return {
    dashboard: row.uid,
    workspace: directory.workspace(row.workspace)?.slug ?? "",
    product: slugOf({ deps: { directory }, who }, row),
    name: row.name,
    description: row.description ?? null,
    widgets: row.content.widgets.length,
    links: directory.countOf("dashboardShare", "dashboard", row.uid),
    created: printTime(row.created),
  };
}
/** Whole, for who asks: without what it names of devices that they may not see, unless they may change it. */
export function showDashboard(asker: Asker, row: Dashboard) {
  const { content, hidden } = asker.who.principal.may(row.workspace, "dashboards")
    ? { content: row.content, hidden: 0 }
    : seenOf(asker, row);
  return { ...listDashboard(asker, row), content, hidden, missing: missingFor(asker, row, content) };
}
/** As a file has it. */
export function exportDashboard(asker: Asker, row: Dashboard) {
  const { name, description, product, content } = showDashboard(asker, row);
  return { name, description, product, content };
}

/** Whether who asks may know of a dashboard: of the workspace itself, or of a product that they see. */
export function seesDashboard({ deps, who }: Asker, row: Dashboard): boolean {
  if (row.product === null) return true;
  const product = deps.directory.productByUid(row.product);
  return product !== undefined && seesProduct(who.principal, product);
}

/** @throws BadValues invalid_request (what is not there), already_exists; Refusal unknown_product */
export function makeDashboard(asker: Asker, draft: Draughtsman, workspace: Workspace, given: DashboardGiven): void {
  const { name, description, content, product: slug, allow_missing } = given;
  const product = slug === null ? null : productIn(asker, workspace, slug);
  if (!allow_missing) refuseMissing(missingIn(content, slug, knownTo(asker, workspace.uid)));
  createDashboard(draft, {
    workspace: workspace.uid,
    product: product?.row.uid ?? null,
    name,
    ...(description !== null && { description }),
    content,
  });
}
function productIn(asker: Asker, workspace: Workspace, slug: string): ProductNode {
  const product = findProduct(asker, slug);
  if (product.row.workspace === workspace.uid) return product;
  throw new BadValues("invalid_request", [
    { path: "product", message: `${workspace.slug} has no product ${JSON.stringify(slug)}.` },
  ]);
}

/** @throws BadValues invalid_request, already_exists; Refusal not_permitted: others share it, and would show what who asks may not view */
export function editDashboard(asker: Asker, draft: Draughtsman, row: Dashboard, given: DashboardChanges): void {
  const { allow_missing, content, ...rest } = given;
  if (content !== undefined) {
    const slug = slugOf(asker, row);
    if (!allow_missing) refuseMissing(missingIn(content, slug, knownTo(asker, row.workspace)));
    mustSeeWhatIsShared(asker, row, content);
  }
  changeDashboard(draft, row, { ...rest, content });
}

/**
 * A link shows what its maker may view. So who changes the dashboard behind it adds nothing that they may not view themselves: they could
 * read it by the link. What is not there is refused alike, so that nothing is told by it.
 */
function mustSeeWhatIsShared(asker: Asker, row: Dashboard, content: DashboardContent): void {
  const { directory } = asker.deps;
  const { principal } = asker.who;
  const others = directory
    .childrenOf("dashboardShare", "dashboard", row.uid)
    .filter(({ account: { user, apiUser } }) => principal.key !== (user !== null ? `u:${user}` : `a:${apiUser}`));
  if (others.length === 0) return;
  const own = slugOf(asker, row);
  const before = new Set(row.content.widgets.flatMap((widget) => keysOf(widget)));
  for (const widget of content.widgets) {
    if (keysOf(widget).every((key) => before.has(key))) continue;
    for (const part of partsOf(widget, "")) {
      const product = directory.product(part.product ?? own ?? "");
      const ids = Array.isArray(part.devices) ? part.devices : null;
      const all = product === undefined ? [] : [...product.devicesById.values()];
      const shown = ids === null ? all : ids.map((id) => product?.device(id));
      if (product !== undefined && shown.every((device) => device !== undefined && principal.mayView(device))) continue;
      throw new Refusal(
        "not_permitted",
        "Links of others show this dashboard, and a widget names devices that are not there or that you may not view. Ask who shared it.",
      );
    }
  }
}
const keysOf = (widget: DashboardWidget) => partsOf(widget, "").map(({ path: _, ...part }) => JSON.stringify(part));

function refuseMissing(missing: readonly { readonly path: string; readonly message: string }[]): void {
  if (missing.length === 0) return;
  throw new BadValues(
    "invalid_request",
    missing.slice(0, 100).map(({ path, message }) => ({ path: `content.${path}`, message })),
  );
}

function missingFor(asker: Asker, row: Dashboard, content: DashboardContent) {
  return missingIn(content, slugOf(asker, row), knownTo(asker, row.workspace));
}
