import { Refusal } from "../base/errors.ts";
import { CONFIGURATION_RULE, configuredOf } from "./configuration.ts";
import type { Directory } from "./directory.ts";
import type { FileConfigurationField, FileDetails, FileProductDetails } from "./file-details.ts";
import type { Draughtsman } from "./plan-draft.ts";
import { twice } from "./plan-fields.ts";
import type { ConfigurationField, ConfigurationValueOf, FleetChange, Product } from "./types.ts";

/** Configuration fields of products, and what devices have in them, as a fleet file says it. */

/** @param path of the product in the file. @throws Refusal invalid_fleet, immutable */
export function planConfiguration(
  directory: Directory,
  draft: Draughtsman,
  { configuration }: FileProductDetails,
  product: Product,
  path: string,
): void {
  const seen = new Set<string>();
  for (const [i, one] of configuration.entries()) {
    const at = `${path}.configuration[${i}]`;
    if (seen.has(one.id)) throw twice(`${at}.id`, one.id);
    seen.add(one.id);
    const known = directory.named("configurationField", product.uid, one.id);
    if (known && known.type !== one.type)
      throw new Refusal(
        "immutable",
        `${at}.type: ${one.id} of ${product.slug} is ${known.type}, and the type of a configuration field cannot change. ` +
          "Use another identifier; or delete it first.",
      );
    const row: ConfigurationField = {
      uid: known?.uid ?? draft.temporary(),
      product: product.uid,
      id: one.id,
      type: one.type,
      name: one.name ?? known?.name ?? one.id,
      default: defaultOf(one, known, at),
      unit: one.unit === undefined ? (known?.unit ?? null) : one.unit,
      description: one.description === undefined ? (known?.description ?? null) : one.description,
    };
    draft.put("configurationField", row, known, `configuration field ${product.slug}/${one.id} (${one.type})`, {
      name: [known?.name, row.name],
      default: [known?.default ?? null, row.default],
      unit: [known?.unit ?? null, row.unit],
      description: [known?.description ?? null, row.description],
    });
    draft.configuration.set(`${product.uid} ${one.id}`, row);
  }
}

/** "" takes the default away, but for a text, which may be empty. */
function defaultOf(
  { type, default: given }: FileConfigurationField,
  known: ConfigurationField | undefined,
  at: string,
): ConfigurationValueOf | null {
  if (given === undefined) return known?.default ?? null;
  if (given === "" && type !== "text") return null;
  return readValue(type, given, `${at}.default`, ' or "" for none');
}
function readValue(type: ConfigurationField["type"], given: string, at: string, orNone: string): ConfigurationValueOf {
  const value = configuredOf(type, given);
  if (value !== null) return value;
  throw new Refusal("invalid_fleet", `${at}: allowed is ${CONFIGURATION_RULE[type]};${orNone}`);
}

/** Collects what the devices of a product have in its configuration fields. */
export class ValuePlanner {
  readonly drafts: FleetChange[] = [];

  /** @param product its uid */
  constructor(
    private readonly directory: Directory,
    private readonly draft: Draughtsman,
    private readonly product: number,
  ) {}

  /**
   * @param device its uid; @param isKnown whether it is there already; @param path of its values in the file
   * @returns whether something changes
   * @throws Refusal invalid_fleet
   */
  of({ configuration }: FileDetails, device: number, isKnown: boolean, path: string): boolean {
    if (configuration === undefined) return false;
    const before = this.drafts.length;
    for (const [id, given] of Object.entries(configuration)) {
      const field =
        this.draft.configuration.get(`${this.product} ${id}`) ??
        this.directory.named("configurationField", this.product, id);
      if (field === undefined)
        throw new Refusal("invalid_fleet", `${path}: the product has no configuration field ${JSON.stringify(id)}`);
      const known = isKnown ? this.directory.named("configurationValue", device, String(field.uid)) : undefined;
      if (given === "") {
        if (known) this.drafts.push({ kind: "configurationValue", op: "delete", uid: known.uid });
        continue;
      }
      const value = readValue(field.type, given, `${path}.${id}`, ' or "" for the default');
      const row = { uid: known?.uid ?? 0, device, field: field.uid, value };
      if (known?.value !== value) this.drafts.push({ kind: "configurationValue", op: "put", row });
    }
    return this.drafts.length > before;
  }
}
