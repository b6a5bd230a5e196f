import type { Directory } from "../../fleet/directory.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Rule } from "../../fleet/types.ts";
import type { CompiledRule } from "./compiled.ts";

/** The devices that a rule is about, as it comes to them. */
export function* devicesOf(
  directory: Directory,
  { row, compiled }: { readonly row: Pick<Rule, "workspace">; readonly compiled: CompiledRule },
): Generator<DeviceNode> {
  if (compiled.only !== null) {
    for (const uid of compiled.only) {
      const node = directory.deviceByUid(uid);
      if (node !== undefined && compiled.isAbout(node)) yield node;
    }
    return;
  }
  for (const product of directory.productsOf(row.workspace))
    for (const node of product.devicesById.values()) if (compiled.isAbout(node)) yield node;
}
