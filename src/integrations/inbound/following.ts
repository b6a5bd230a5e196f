import type { AppliedChange, DeviceNode, Directory, FieldNode } from "../../fleet/directory.ts";
import { devEuiOf } from "../../networks/bytes.ts";
import type { Stopped } from "../tryout/stopped.ts";
import type { Passes } from "./passes.ts";
import type { Suggestions } from "./suggestions.ts";

interface Needs {
  readonly directory: Directory;
  readonly stopped: Pick<Stopped, "restart">;
}

/**
 * Follows the fleet: what is deleted takes its passes and suggestions along, what was made is suggested no more, and a script that was
 * switched off is tried again when somebody puts it in force.
 */
export function follow({ directory, stopped }: Needs, passes: Passes, suggestions: Suggestions): void {
  directory.onChange((changes) => {
    const gone = { product: [] as number[], device: [] as number[], workspace: [] as number[] };
    for (const change of changes) {
      if (change.op === "put") {
        if (change.kind === "device") deviceMade(suggestions, change.node);
        if (change.kind === "field" && change.before === null) fieldMade(suggestions, change.node);
        if (change.kind === "product" && change.before?.decoder !== change.row.decoder) stopped.restart(change.node);
      } else note(change, gone);
    }
    for (const list of ["product", "device", "workspace"] as const) passes.drop(list, gone[list]);
  });

  function note(
    change: AppliedChange & { op: "delete" },
    gone: Record<"product" | "device" | "workspace", number[]>,
  ): void {
    if (change.kind === "product") suggestions.drop(change.before.workspace, change.uid);
    if (change.kind === "workspace") suggestions.drop(change.uid, 0);
    if (change.kind === "product" || change.kind === "device" || change.kind === "workspace")
      gone[change.kind].push(change.uid);
  }
}

/** Under its id or serial, and, of a network, under its DevEUI in the network's spelling. */
function deviceMade(suggestions: Suggestions, { row, product }: DeviceNode): void {
  const { workspace, uid } = product.row;
  for (const name of new Set([row.id, row.serial, devEuiOf(row.serial), devEuiOf(row.id)])) {
    if (name === null) continue;
    suggestions.remove({ workspace, product: uid, kind: "device", name });
    suggestions.remove({ workspace, product: 0, kind: "device", name });
  }
}
function fieldMade(suggestions: Suggestions, { row, product }: FieldNode): void {
  suggestions.remove({ workspace: product.row.workspace, product: product.row.uid, kind: "field", name: row.id });
}
