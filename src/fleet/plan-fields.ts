import { Refusal } from "../base/errors.ts";
import { patched, without } from "./edit/patch.ts";
import type { Directory } from "./directory.ts";
import type { FileProduct } from "./file.ts";
import type { Draughtsman } from "./plan-draft.ts";
import { GOES, refuseProblem, retentionDifferences, statedRetention } from "./plan-retention.ts";
import { formulaProblem } from "./formulas.ts";
import { isShorter, policyOf } from "./retention.ts";
import type { Field, FieldRole, Product } from "./types.ts";

/** Drafts the fields of a product as a file has them. @throws Refusal invalid_fleet, immutable */
export function planFields(
  directory: Directory,
  draft: Draughtsman,
  file: FileProduct,
  product: Product,
  path: string,
): void {
  const rows = new Map<string, Field>(
    [...(directory.product(file.slug)?.fields ?? [])].map(([id, node]) => [id, node.row]),
  );
  const seen = new Set<string>();
  for (const [i, f] of file.fields.entries()) {
    const at = `${path}.fields[${i}]`;
    if (seen.has(f.id)) throw twice(`${at}.id`, f.id);
    seen.add(f.id);
    const known = directory.product(file.slug)?.fields.get(f.id)?.row;
    if (known && known.type !== f.type) {
      throw new Refusal(
        "immutable",
        `${at}.type: ${f.id} of ${file.slug} is ${known.type}, and the type of a field cannot change, because its ` +
          `measurements are stored as ${known.type}. Use another identifier; or delete the field with its measurements ` +
          `(fieldcast field delete ${file.slug} ${f.id}) and apply this file again.`,
      );
    }
    const unit = f.unit === undefined ? (known?.unit ?? null) : f.unit;
    const uid = known?.uid ?? draft.temporary();
    const stated: Field = {
      ...without(known, "retention"),
      uid,
      product: product.uid,
      id: f.id,
      type: f.type,
      name: f.name ?? known?.name ?? f.id,
      unit,
      ...statedRetention(f, known?.retention),
    };
    const { decimals, description, role, semantic, settable, formula, uuid } = f;
    const row = patched<Field>(stated, {
      ...{ decimals, description, role, semantic, settable, formula, uuid },
      active: f.active === true ? null : f.active,
    });
    refuseProblem(at, product, row);
    rows.set(f.id, row);
    draft.put("field", row, known, `field ${file.slug}/${f.id} (${f.type})`, differences(known, row));
    if (known && isShorter(policyOf(product, known), policyOf(product, row)))
      draft.line("~", `field ${file.slug}/${f.id}: ${GOES}`);
  }
  eachRoleOnce(rows, file, path);
  formulasHold(rows, file, path);
}

/** Each property before and after, for people. */
function differences(known: Field | undefined, row: Field) {
  return {
    name: [known?.name, row.name],
    unit: [known?.unit, row.unit],
    decimals: [known?.decimals, row.decimals],
    description: [known?.description, row.description],
    active: [known?.active ?? true, row.active ?? true],
    role: [known?.role, row.role],
    semantic: [known?.semantic, row.semantic],
    settable: [known?.settable, row.settable],
    formula: [known?.formula, row.formula],
    uuid: [known?.uuid, row.uuid],
    ...retentionDifferences("field", known?.retention, row.retention),
  } as const;
}

/** With all fields of the file there, in whatever order they stand. @throws Refusal invalid_fleet */
function formulasHold(rows: ReadonlyMap<string, Field>, file: FileProduct, path: string): void {
  for (const [i, { id, formula }] of file.fields.entries()) {
    const row = rows.get(id);
    const problem = formula === undefined || row === undefined ? null : formulaProblem(rows, row);
    if (problem !== null) throw new Refusal("invalid_fleet", `${path}.fields[${i}].formula: ${problem}`);
  }
}

/** Of each role a product has one field. @throws Refusal invalid_fleet */
function eachRoleOnce(rows: ReadonlyMap<string, Field>, file: FileProduct, path: string): void {
  const holders = new Map<FieldRole, string>();
  for (const { id, role } of rows.values()) {
    if (role === undefined) continue;
    const other = holders.get(role);
    holders.set(role, id);
    if (other === undefined) continue;
    const at = file.fields.findLastIndex((f) => f.id === id || f.id === other);
    throw new Refusal(
      "invalid_fleet",
      `${path}.fields[${at}].role: both ${other} and ${id} of ${file.slug} would be ${role}, and a product has one such field. ` +
        'Write role: "" at the one that is not to be it any more.',
    );
  }
}

export function twice(path: string, what: string): Refusal {
  return new Refusal("invalid_fleet", `${path}: "${what}" is in the file twice`);
}
