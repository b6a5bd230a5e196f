import { type Row, type Rows, rowsOf } from "../../decoders/results.ts";
import type { ProductNode } from "../../fleet/nodes.ts";
import { parseJsonText } from "../../measure/json.ts";
import type { IncomingRequest, Pair } from "../types.ts";

/** Keys that name the device, in this order. */
const NAMES = ["device", "serial"] as const;
/** Keys that do so where a device of that name is there. */
const OTHER_NAMES = ["id", "deviceId", "device_id", "devEui", "deveui", "imei", "mac"] as const;

/** What a body says where the product has no decoder; `problem`: it says nothing that can be read. */
type Native = Rows & { readonly problem: string | null };

/**
 * Reads a body without a decoder: a JSON object, an array of objects, the fields of a form, or the parameters of the address.
 * `device` or else `serial` names the device; each other key is a field. Nested objects, lists and null are passed over.
 */
export function nativeRows(text: string, request: IncomingRequest | null, product: ProductNode): Native {
  const body = bodyOf(text, request);
  if (body === undefined)
    return { ...NOTHING, problem: "The body is not JSON, and the product has no decoder that could read it." };
  const rows: Row[] = [];
  const warnings: string[] = [];
  for (const item of Array.isArray(body) ? body : [body]) {
    if (!isObject(item)) {
      warnings.push("What stands in the list is no object of fields.");
      continue;
    }
    const read = rowsOf("Decoder", [plainOf(item, product)]);
    rows.push(...read.rows);
    warnings.push(...read.warnings);
  }
  return { rows, warnings, errors: [], problem: null };
}

const NOTHING: Rows = { rows: [], errors: [], warnings: [] };

/** JSON comes first: `curl -d` and small libraries say of anything that it is a form. Undefined: it is nothing that can be read. */
function bodyOf(text: string, request: IncomingRequest | null): unknown {
  const value = text.trim() === "" ? asObject(request?.query ?? []) : parseJsonText(text);
  if (typeof value === "object" && value !== null) return value;
  return request !== null && request.form.length > 0 ? asObject(request.form) : undefined;
}
function asObject(pairs: readonly Pair[]): Record<string, unknown> {
  return Object.fromEntries(pairs);
}

/** The fields of an object, with its device under the key that rows have it under. */
function plainOf(item: Readonly<Record<string, unknown>>, product: ProductNode): Record<string, unknown> {
  const named = NAMES.find((name) => isName(item[name]));
  const key =
    named ?? OTHER_NAMES.find((name) => isName(item[name]) && product.device(String(item[name])) !== undefined);
  const fields = Object.entries(item).filter(
    ([name, value]) => name !== key && !(NAMES as readonly string[]).includes(name) && typeof value !== "object",
  );
  return Object.fromEntries(key === undefined ? fields : [...fields, ["device", item[key]]]);
}
function isName(value: unknown): value is string | number {
  return (typeof value === "string" && value !== "") || typeof value === "number";
}
function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
