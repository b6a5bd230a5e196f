import { z } from "zod";
import { created, createdAt, uuid } from "../../admin/integration-values.ts";
import type { Workspace } from "../../fleet/types.ts";
import { etagOf } from "./state.ts";

/** What a workspace is in answers. */

export const workspace = z
  .object({ slug: z.string(), name: z.string(), uuid, created })
  .meta({ id: "Workspace", description: "What belongs together: products, devices, people and API users." });

export function showWorkspace(row: Workspace) {
  return { slug: row.slug, name: row.name, uuid: row.uuid ?? "", created: createdAt(row) };
}
export function stateOf(row: Workspace): string {
  return etagOf(showWorkspace(row));
}
