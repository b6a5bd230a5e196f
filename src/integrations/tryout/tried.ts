import type { ProductNode } from "../../fleet/nodes.ts";
import { newParsed, parseJson } from "../../measure/index.ts";
import { specOf } from "../../measure/types.ts";
import type { Reading } from "../inbound/decode.ts";
import type { Judged } from "../inbound/judge.ts";
import type { Decoded, PassRow } from "../types.ts";
import { ANY_DEVICE } from "./inputs.ts";

/** What a decoder made of one input. Nothing of it is stored. */
export interface Tried {
  /** Null: nothing was decoded, and the values were taken as they are. */
  readonly decoded: Decoded | null;
  readonly messages: readonly string[];
  /** `fate` says what would become of each: stored, refused, or suggested since its device or field is not there. */
  readonly rows: readonly PassRow[];
  /** Fields and devices that there are, and that would be new. */
  readonly fields: readonly string[];
  readonly newFields: readonly { readonly field: string; readonly type: string; readonly unit: string | null }[];
  readonly devices: readonly string[];
  readonly newDevices: readonly string[];
}
/** The same of something that came. */
export interface Retried {
  readonly pass: number;
  /** RFC 3339: when it came. */
  readonly time: string;
  /** How it came, and what: the beginning of it. */
  readonly input: string;
  /** Why it cannot be tried again; null: it was. */
  readonly skipped: string | null;
  readonly now: Tried | null;
  /** With the version in force, where another one is tried. */
  readonly before: Tried | null;
}

/** What would become of the rows of a decoder. @param rows those that were judged, in their order */
export function triedOf(
  { decoded, messages }: Reading,
  judged: readonly Judged[],
  product: ProductNode,
  rows: readonly { readonly field: string; readonly unit?: string }[],
): Tried {
  const newFields = new Map<string, { field: string; type: string; unit: string | null }>();
  const [fields, devices, newDevices] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const [i, { shown, row, missing }] of judged.entries()) {
    if (product.fields.has(shown.field)) fields.add(shown.field);
    if (missing?.kind === "device") newDevices.add(missing.name);
    if (missing?.kind === "field" && missing.type !== null)
      newFields.set(missing.name, { field: missing.name, type: missing.type, unit: rows[i]?.unit ?? null });
    if (row !== null && row.device.row.id !== ANY_DEVICE) devices.add(row.device.row.id);
  }
  return {
    decoded: decoded === null ? null : { ...decoded, version: decoded.version === 0 ? null : decoded.version },
    messages,
    rows: judged.map((one) => valued(one, product)),
    fields: [...fields],
    newFields: [...newFields.values()],
    devices: [...devices],
    newDevices: [...newDevices],
  };
}

/** Whether its field would take the value; when it came is not looked at. */
function valued({ shown, row }: Judged, product: ProductNode): PassRow {
  const field = product.fields.get(shown.field)?.row;
  if (row === null || field === undefined) return shown;
  if (field.active === false) return { ...shown, fate: "refused", message: `${field.id} is switched off.` };
  const parsed = newParsed();
  if (parseJson(specOf(field.type), row.value, parsed)) return shown;
  return { ...shown, fate: "refused", message: parsed.error };
}
