import { Refusal } from "../base/errors.ts";
import { contentProblems, type Known, missingIn } from "./dashboard-sources.ts";
import type { Directory } from "./directory.ts";
import { patched } from "./edit/patch.ts";
import type { FileWorkspace } from "./file.ts";
import type { Draughtsman } from "./plan-draft.ts";
import { twice } from "./plan-fields.ts";
import type { Dashboard, FleetChange } from "./types.ts";

/** The dashboards of a workspace, as a fleet file says them. @param path of it in the file @throws Refusal invalid_fleet */
export function planDashboards(
  directory: Directory,
  draft: Draughtsman,
  { slug, dashboards }: FileWorkspace,
  path: string,
): void {
  const workspace = draft.findWorkspace(slug) ?? 0;
  const seen = new Set<string>();
  for (const [i, file] of dashboards.entries()) {
    const at = `${path}.dashboards[${i}]`;
    if (seen.has(file.name)) throw twice(`${at}.name`, file.name);
    seen.add(file.name);
    const product = file.product === undefined ? null : draft.findProduct(file.product);
    if (product !== null && product?.workspace !== workspace)
      throw new Refusal("invalid_fleet", `${at}.product: the workspace has no product with the slug "${file.product}"`);
    const own = file.product ?? null;
    const wrong = [
      ...contentProblems(file.content, own),
      ...missingIn(file.content, own, knownTo(directory, draft, workspace)),
    ];
    if (wrong.length > 0)
      throw new Refusal(
        "invalid_fleet",
        wrong
          .slice(0, 20)
          .map((one) => `${at}.content.${one.path}: ${one.message}`)
          .join("\n"),
      );
    const known = directory.named("dashboard", workspace, file.name);
    const row = patched<Dashboard>(
      {
        ...known,
        uid: known?.uid ?? draft.temporary(),
        workspace,
        product: product?.uid ?? null,
        name: file.name,
        content: file.content,
        created: known?.created ?? draft.supplies.now,
      },
      { description: file.description },
    );
    const [before, after] = [JSON.stringify(known?.content), JSON.stringify(row.content)];
    draft.put("dashboard", row, known, `dashboard ${slug}/${file.name}`, {
      product: [known?.product ?? null, row.product],
      description: [known?.description, row.description],
      content: before === after ? ["the same", "the same"] : ["before", "that of the file"],
    });
  }
}

/** What there is, in the file or in the fleet. */
function knownTo(directory: Directory, draft: Draughtsman, workspace: number): Known {
  const drafted = new Set(draft.drafts.flatMap(nameOf));
  const uidOf = (slug: string) => {
    const product = draft.findProduct(slug);
    return product?.workspace === workspace ? product.uid : 0;
  };
  return {
    product: (slug) => uidOf(slug) !== 0,
    device: (slug, id) => draft.findDevice(slug, id) !== undefined,
    field: (slug, id) => drafted.has(`field ${uidOf(slug)} ${id}`) || directory.product(slug)?.fields.has(id) === true,
    downlink: (slug, name) =>
      drafted.has(`downlink ${uidOf(slug)} ${name}`) || directory.named("downlink", uidOf(slug), name) !== undefined,
  };
}
function nameOf(change: FleetChange): string[] {
  if (change.op !== "put") return [];
  if (change.kind === "field") return [`field ${change.row.product} ${change.row.id}`];
  return change.kind === "downlink" ? [`downlink ${change.row.product} ${change.row.name}`] : [];
}
