import { isUtf8 } from "node:buffer";
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
export function nativeRows(bytes: Uint8Array, request: IncomingRequest | null, product: ProductNode): Native {
  const body = bodyOf(new TextDecoder().decode(bytes), request);
  if (typeof body === "string") return { ...NOTHING, problem: body };
  const rows: Row[] = [];
  const warnings: string[] = isUtf8(bytes) ? [] : [NOT_UTF8];
  let left = 0;
  for (const item of Array.isArray(body) ? body : [body]) {
    if (!isObject(item)) {
      warnings.push("What stands in the list is no object of fields.");
      continue;
    }
    const read = rowsOf("Decoder", [plainOf(item, product)]);
    rows.push(...read.rows);
    warnings.push(...read.warnings);
    left += read.left;
  }
  const problem = rows.length === 0 && warnings.length === 0 ? NO_FIELDS : null;
  return { rows, warnings, errors: [], left, problem };
}

const LIKE_THIS = 'Send {"device": "<id or serial>", "temperature": 22.5}, a form, or parameters in the address';
const NO_FIELDS = `What came has no fields with a number, a text, true or false. ${LIKE_THIS}.`;
const NOT_UTF8 = "The body is not UTF-8: what is none of it was read as �. Let the sender write UTF-8.";
const NO_DECODER = "and the product has no decoder that could read it";

const NOTHING: Rows = { rows: [], errors: [], warnings: [], left: 0 };

/**
 * JSON comes first: `curl -d` and small libraries say of anything that it is a form.
 * @returns a text: why it is nothing that can be read
 */
function bodyOf(text: string, request: IncomingRequest | null): object | string {
  const trimmed = text.trim();
  if (trimmed === "") return asObject(request?.query ?? []);
  const value = parseJsonText(text);
  if (typeof value === "object" && value !== null) return value;
  if (value !== undefined) return `The body is JSON, but no object of fields, ${NO_DECODER}. ${LIKE_THIS}.`;
  if (/^[[{]/.test(trimmed))
    return `The body begins like JSON and is none: a quote, a comma or a bracket is missing or too many, ${NO_DECODER}.`;
  if (request !== null && request.form.length > 0 && text.includes("=")) return asObject(request.form);
  return `The body is not JSON and no form, ${NO_DECODER}. ${LIKE_THIS}.`;
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
    ([name, value]) =>
      name !== key &&
      !(NAMES as readonly string[]).includes(name) &&
      // a time that is none is refused with its row, and not passed over: that would make it the time of arrival
      (typeof value !== "object" || name === "timestamp"),
  );
  return Object.fromEntries(key === undefined ? fields : [...fields, ["device", item[key]]]);
}
function isName(value: unknown): value is string | number {
  return (typeof value === "string" && value !== "") || typeof value === "number";
}
function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
