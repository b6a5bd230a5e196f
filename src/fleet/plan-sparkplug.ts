import { Refusal } from "../base/errors.ts";
import type { Directory } from "./directory.ts";
import { PLAIN_SPARKPLUG, sparkplugOf, sparkplugProblems } from "./edit/sparkplug.ts";
import type { FileWorkspace } from "./file.ts";
import type { Draughtsman } from "./plan-draft.ts";
import type { Sparkplug } from "./types.ts";

/** The host of Sparkplug B of a workspace, as a fleet file says it. @param path of the workspace in the file @throws Refusal invalid_fleet */
export function planSparkplug(
  directory: Directory,
  draft: Draughtsman,
  { slug, sparkplug: file }: FileWorkspace,
  path: string,
): void {
  if (file === undefined) return;
  const at = `${path}.sparkplug`;
  const workspace = draft.findWorkspace(slug) ?? 0;
  const known = sparkplugOf(directory, workspace);
  const { host, reorder, rebirth, active } = file;
  const row: Sparkplug = {
    uid: known?.uid ?? draft.temporary(),
    workspace,
    host,
    account: accountOf(draft, file.account, workspace, at),
    products: file.products.map(({ nodes, product }, i) => {
      const found = draft.findProduct(product);
      if (found?.workspace === workspace) return { nodes, product: found.uid };
      const why = `the workspace has no product with the slug "${product}"`;
      throw new Refusal("invalid_fleet", `${at}.products[${i}].product: ${why}`);
    }),
    reorder: reorder ?? known?.reorder ?? PLAIN_SPARKPLUG.reorder,
    rebirth: rebirth ?? known?.rebirth ?? PLAIN_SPARKPLUG.rebirth,
    active: active ?? known?.active ?? PLAIN_SPARKPLUG.active,
  };
  const [problem] = sparkplugProblems(row);
  if (problem !== undefined) throw new Refusal("invalid_fleet", `${at}.${problem.path}: ${problem.message}`);
  draft.put("sparkplug", row, known, `sparkplug host ${slug}/${host}`, {
    host: [known?.host, row.host],
    account: known?.account === row.account ? [0, 0] : ["before", file.account],
    products: [rulesText(known), rulesText(row)],
    reorder: [known?.reorder, row.reorder],
    rebirth: [known?.rebirth, row.rebirth],
    active: [known?.active, row.active],
  });
}
/** One text for the same rules; products by their numbers. */
function rulesText(row: Sparkplug | undefined): string | undefined {
  return row?.products.map(({ nodes, product }) => `${nodes} ${product}`).join(", ");
}

/** An API user of the file, or of the fleet. */
function accountOf({ directory, drafts }: Draughtsman, name: string, workspace: number, at: string): number {
  for (const one of drafts)
    if (one.op === "put" && one.kind === "apiUser" && one.row.workspace === workspace && one.row.name === name)
      return one.row.uid;
  const found = directory.apiUsersOf(workspace).find((one) => one.name === name);
  if (found !== undefined) return found.uid;
  throw new Refusal("invalid_fleet", `${at}.account: the workspace has no API user "${name}"`);
}
