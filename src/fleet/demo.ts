import type { FieldType } from "../measure/types.ts";
import type { Draughtsman } from "./plan-draft.ts";
import type { Workspace } from "./types.ts";

/** What the very first start makes, so that the commands that it prints have something to work on. */

/** The names are those of the examples in the documents. */
const PRODUCT = "my-product";
const DEVICE = "000001";
const FIELDS: readonly (readonly [id: string, type: FieldType, name: string, unit: string | null])[] = [
  ["TEMPERATURE", "NUMERIC", "Temperature", "°C"],
  ["DOOR", "BOOL", "Door", null],
  ["NOTE", "STRING", "Note", null],
  ["POSITION", "GEO", "Position", null],
];

/** Drafts the workspace "home". */
export function newHome(draft: Draughtsman): Workspace {
  const home = { uid: draft.temporary(), slug: "home", name: "Home" };
  draft.drafts.push({ kind: "workspace", op: "put", row: home });
  return home;
}

/** Drafts a product with a field of each common type and one device. */
export function draftDemo(draft: Draughtsman, workspace: number): void {
  const uid = draft.temporary();
  const product = { uid, workspace, slug: PRODUCT, name: "My product" };
  const settings = { retainLastValues: false, publishBackfill: false, boolText: "true" } as const;
  draft.drafts.push({ kind: "product", op: "put", row: { ...product, ...settings } });
  for (const [id, type, name, unit] of FIELDS)
    draft.drafts.push({
      kind: "field",
      op: "put",
      row: { uid: draft.temporary(), product: uid, id, type, name, unit },
    });
  const device = { uid: draft.temporary(), product: uid, id: DEVICE, name: "First device", serial: null, tags: [] };
  draft.drafts.push({ kind: "device", op: "put", row: device });
}
