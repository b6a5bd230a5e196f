import { z } from "zod";
import type { Directory } from "../fleet/directory.ts";
import { createField, createProduct } from "../fleet/edit/products.ts";
import { fieldRows, formulaProblem } from "../fleet/formulas.ts";
import { fieldNamed, productNamed } from "../fleet/named.ts";
import type { ProductNode } from "../fleet/nodes.ts";
import type { Field } from "../fleet/types.ts";
import { DEFAULT_TYPE, type FieldType } from "../measure/types.ts";
import { checked } from "./checked.ts";
import { describeField } from "./describe.ts";
import { fieldRole, formula, semantic, settable, uuidGiven } from "./integration-values.ts";
import { remove } from "./remove.ts";
import { type Deleted, deletion } from "./shared.ts";
import type { OperationsDeps } from "./types.ts";
import * as values from "./values.ts";
import { workspaceOf } from "./workspaces.ts";

/** Products and their fields. */

export interface FieldInfo {
  readonly id: string;
  readonly type: FieldType;
  readonly name: string;
  readonly unit: string | null;
  /** It is computed: nobody records in it. */
  readonly formula?: string;
}
interface ProductInfo {
  readonly slug: string;
  readonly name: string;
  readonly workspace: string;
  readonly fields: readonly FieldInfo[];
  readonly devices: number;
}
/** A device and a field that a person can try things with. */
export interface Example {
  readonly product: string;
  readonly device: string;
  readonly field: FieldInfo;
}

const schemas = {
  nothing: z.strictObject({}),
  create: z.strictObject({
    ...{ slug: values.slug, name: values.name.optional(), workspace: values.named.optional() },
    uuid: uuidGiven.optional(),
  }),
  one: z.strictObject({ product: values.named }),
  remove: z.strictObject({ product: values.named, dryRun: values.dry }),
  createField: z.strictObject({
    product: values.named,
    id: values.fieldId,
    type: values.fieldTypeGiven,
    name: values.name.optional(),
    unit: values.unit.optional(),
    decimals: values.decimals.optional(),
    role: fieldRole.optional(),
    semantic: semantic.optional(),
    settable: settable.optional(),
    formula: formula.optional(),
    uuid: uuidGiven.optional(),
  }),
  field: z.strictObject({ product: values.named, field: values.named }),
};

/** Managing products and their fields. @throws Refusal unknown_product, unknown_field, invalid_request, already_exists, storage_unavailable */
export function productOperations(deps: OperationsDeps) {
  const { fleet, directory } = deps;
  return {
    productList: checked(schemas.nothing, async () => [...directory.products()].map(productInfo)),
    productCreate: checked(schemas.create, ({ slug, name = slug, workspace, uuid }) =>
      fleet.edit((draft) => {
        const row = workspaceOf(deps, workspace);
        return { product: createProduct(draft, row.uid, { slug, name, uuid, settings: {} }), workspace: row.slug };
      }),
    ),
    productShow: checked(schemas.one, async ({ product }) => productDetails(productNamed(directory, product))),
    productDelete: checked(schemas.remove, async ({ product, dryRun }): Promise<Deleted> => {
      const target = () => ({ kind: "product", node: productNamed(directory, product) }) as const;
      const removal = await remove(deps, (decide) => fleet.edit(decide), target(), { dryRun, again: target });
      return deletion(`Product ${product}`, [product], removal);
    }),
    fieldCreate: checked(schemas.createField, ({ product, id, type, name = id, ...more }) =>
      fleet.edit((draft) => {
        createField(draft, productNamed(directory, product), { id, type, name, ...more });
        return { product, field: id, type };
      }),
    ),
    fieldList: checked(schemas.one, async ({ product }) => productDetails(productNamed(directory, product)).fields),
    fieldDescribe: checked(schemas.field, async ({ product, field }) =>
      describeField(fieldNamed(productNamed(directory, product), field)),
    ),
    fieldDelete: checked(schemas.field, async ({ product, field }) => {
      const target = () => ({ kind: "field", node: fieldNamed(productNamed(directory, product), field) }) as const;
      const found = target();
      await remove(deps, (decide) => fleet.edit(decide), found, { dryRun: false, again: target });
      return { product, field: found.node.row.id };
    }),
    example: checked(schemas.nothing, async () => exampleOf(directory)),
  };
}

export function fieldInfo({ id, type, name, unit, formula: text }: Field): FieldInfo {
  return { id, type, name, unit, ...(text !== undefined && { formula: text }) };
}
function fieldsOf(product: ProductNode): FieldInfo[] {
  return [...product.fields.values()].map(({ row }) => fieldInfo(row));
}
function productInfo(product: ProductNode): ProductInfo {
  const { slug, name } = product.row;
  const fields = fieldsOf(product);
  return { slug, name, workspace: product.workspace.slug, fields, devices: product.devicesById.size };
}
function productDetails({ row, workspace, fields, devicesById }: ProductNode) {
  return {
    slug: row.slug,
    name: row.name,
    workspace: workspace.slug,
    retainLastValues: row.retainLastValues,
    publishBackfill: row.publishBackfill,
    boolText: row.boolText,
    onlineTimeout: row.onlineTimeout ?? null,
    decoder: row.decoder ?? null,
    uuid: row.uuid ?? "",
    devices: devicesById.size,
    fields: [...fields.values()].map((field) => ({
      ...fieldInfo(field.row),
      decimals: field.row.decimals ?? null,
      active: field.row.active ?? true,
      role: field.row.role ?? null,
      semantic: field.row.semantic ?? null,
      settable: field.row.settable ?? null,
      formula: field.row.formula ?? null,
      formula_problem: field.row.formula === undefined ? null : formulaProblem(fieldRows(field.product), field.row),
    })),
  };
}

/** The first device of a product that has a field; a number before other types, since everybody knows how to write one. */
function exampleOf(directory: Directory): Example | null {
  for (const product of directory.products()) {
    const [device] = product.devicesById.values();
    const fields = fieldsOf(product).filter((one) => one.formula === undefined);
    const field = fields.find((one) => one.type === DEFAULT_TYPE) ?? fields[0];
    if (device && field) return { product: product.row.slug, device: device.row.id, field };
  }
  return null;
}
