import { BadValues, Refusal } from "../../base/errors.ts";
import { CONFIGURATION_RULE, isConfigured } from "../configuration.ts";
import { configurationFields, ownConfiguration } from "../decoders.ts";
import type { Directory } from "../directory.ts";
import type { DeviceNode, ProductNode } from "../nodes.ts";
import type { Draughtsman } from "../plan-draft.ts";
import type { ConfigurationField, ConfigurationValueOf } from "../types.ts";
import { sameRow } from "./patch.ts";

/** Edits of configuration fields and of what devices have in them, for FleetService.edit. */

/** A product has so many at most: each is read for every message that a decoder gets. */
const MOST_FIELDS = 100;

type Details = "name" | "default" | "unit" | "description";
type ConfigurationWish = { readonly [K in Details]?: ConfigurationField[K] | undefined };

/** @throws BadValues already_exists, invalid_request */
export function createConfigurationField(
  draft: Draughtsman,
  { row: product }: ProductNode,
  { id, type, ...wish }: ConfigurationWish & Pick<ConfigurationField, "id" | "type">,
): void {
  const fields = configurationFields(draft.directory, product.uid);
  if (fields.some((one) => one.id === id))
    throw new BadValues("already_exists", [
      { path: "id", message: `${product.slug} has a configuration field ${id} already.` },
    ]);
  if (fields.length >= MOST_FIELDS)
    throw new BadValues("invalid_request", [{ path: "id", message: `A product has at most ${MOST_FIELDS} of them.` }]);
  const plain = { uid: 0, product: product.uid, id, type, name: id, default: null, unit: null, description: null };
  draft.drafts.push({ kind: "configurationField", op: "put", row: wished(plain, wish) });
}

/** Changes what may change: not the identifier, by which scripts read it, and not the type. @throws BadValues invalid_request */
export function changeConfigurationField(draft: Draughtsman, row: ConfigurationField, wish: ConfigurationWish): void {
  const next = wished(row, wish);
  if (!sameRow(next, row)) draft.drafts.push({ kind: "configurationField", op: "put", row: next });
}

/** Values of devices in it go along. */
export function deleteConfigurationField(draft: Draughtsman, { uid }: ConfigurationField): void {
  draft.drafts.push({ kind: "configurationField", op: "delete", uid });
}

/**
 * Sets what a device has in configuration fields. @param values by identifier; null: the product's default holds again
 * @throws Refusal not_found; BadValues invalid_request
 */
export function configureDevice(
  draft: Draughtsman,
  { row, product }: DeviceNode,
  values: Readonly<Record<string, ConfigurationValueOf | null>>,
): void {
  for (const [id, value] of Object.entries(values)) {
    const field = configurationFieldNamed(draft.directory, product, id);
    const known = ownConfiguration(draft.directory, row.uid, field.uid);
    if (value === null) {
      if (known) draft.drafts.push({ kind: "configurationValue", op: "delete", uid: known.uid });
      continue;
    }
    mustBe(field, value, `values.${id}`);
    const next = { uid: known?.uid ?? 0, device: row.uid, field: field.uid, value };
    if (known?.value !== value) draft.drafts.push({ kind: "configurationValue", op: "put", row: next });
  }
}

/** @throws Refusal not_found */
export function configurationFieldNamed(directory: Directory, { row }: ProductNode, id: string): ConfigurationField {
  const field = directory.named("configurationField", row.uid, id);
  if (field !== undefined) return field;
  const others = configurationFields(directory, row.uid).map((one) => one.id);
  const which = others.length === 0 ? "It has none." : `It has ${others.slice(0, 20).join(", ")}.`;
  throw new Refusal("not_found", `${row.slug} has no configuration field ${JSON.stringify(id.slice(0, 80))}. ${which}`);
}

function wished(row: ConfigurationField, wish: ConfigurationWish): ConfigurationField {
  const stated = Object.entries(wish).filter(([, value]) => value !== undefined);
  const next: ConfigurationField = { ...row, ...Object.fromEntries(stated) };
  if (next.default !== null) mustBe(next, next.default, "default");
  return next;
}
function mustBe(field: Pick<ConfigurationField, "type">, value: unknown, path: string): void {
  if (isConfigured(field, value)) return;
  throw new BadValues("invalid_request", [{ path, message: `allowed is ${CONFIGURATION_RULE[field.type]}` }]);
}
