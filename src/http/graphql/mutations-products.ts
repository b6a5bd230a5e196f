import { Refusal } from "../../base/errors.ts";
import type { FieldNode, ProductNode } from "../../fleet/nodes.ts";
import { act, acted, given, there, said } from "./act.ts";
import { type GraphContext, orWhy } from "./context.ts";
import { fieldWithUuid, productNamed } from "./lookups.ts";

/** Products and their fields. */

interface FieldDetails {
  readonly verboseFieldName?: string | null;
  readonly description?: string | null;
  readonly unit?: string | null;
  readonly floatDigits?: number | null;
  readonly role?: string | null;
  readonly semantic?: string | null;
  readonly active?: boolean | null;
}
interface NewField extends FieldDetails {
  readonly productId: string;
  readonly fieldName: string;
  readonly fieldType: string;
  readonly formula?: string | null;
  readonly useFormula?: boolean | null;
}

/** Types of clients of the platform that are written otherwise here. */
const TYPES: Readonly<Record<string, string>> = { FLOAT: "NUMERIC" };

function detailsOf({ verboseFieldName, description, unit, floatDigits, role, semantic, active }: FieldDetails) {
  return given({
    name: verboseFieldName ?? undefined,
    description,
    unit,
    decimals: floatDigits,
    role: role?.toLowerCase() ?? role,
    semantic: semantic?.toLowerCase() ?? semantic,
    active: active ?? undefined,
  });
}
function addressOf({ row, product }: FieldNode) {
  return { product: product.row.slug, field: row.id };
}

/** Sets a product's decoder: a new version of it, or none for an empty text. */
async function setDecoder(context: GraphContext, { row }: ProductNode, code: string): Promise<void> {
  if (code.trim() === "")
    await act(context, "useDecoderVersion", { params: { product: row.slug }, body: { number: null } });
  else await act(context, "setDecoder", { params: { product: row.slug }, body: { code } });
}

/** Root fields of mutations. */
export const PRODUCT_MUTATIONS = {
  addProductMeasurementField: (_: unknown, wish: NewField, context: GraphContext) =>
    orWhy(async () => {
      const product = there(productNamed(context, wish.productId), "product");
      if (wish.useFormula === true || (wish.formula ?? "") !== "")
        throw new Refusal("invalid_request", "formula: there are no formulas here yet.");
      const type = TYPES[wish.fieldType] ?? wish.fieldType;
      if (type === "OUTPUT") throw new Refusal("invalid_request", "fieldType: OUTPUT cannot be created any more.");
      const body = { id: wish.fieldName, type, ...said(detailsOf(wish)) };
      return acted(context, "createField", { params: { product: product.row.slug }, body }, () => ({
        field: product.fields.get(wish.fieldName.toUpperCase()) ?? null,
      }));
    }),
  updateProductMeasurementField: (
    _: unknown,
    { fieldId, ...wish }: FieldDetails & { readonly fieldId: string },
    context: GraphContext,
  ) =>
    orWhy(async () => {
      const field = there(fieldWithUuid(context, fieldId), "field");
      return acted(context, "updateField", { params: addressOf(field), body: detailsOf(wish) }, () => ({ field }));
    }),
  deleteProductMeasurementField: (_: unknown, { id }: { id: string }, context: GraphContext) =>
    orWhy(async () => {
      const field = there(fieldWithUuid(context, id), "field");
      return acted(context, "deleteField", { params: addressOf(field) }, () => ({}));
    }),
  updateProduct: (
    _: unknown,
    {
      input,
    }: {
      input: {
        readonly product: string;
        readonly name?: string | null;
        readonly lastHeardThreshold?: number | null;
        readonly lorawanPayloadDecoder?: string | null;
      };
    },
    context: GraphContext,
  ) =>
    orWhy(async () => {
      const product = there(productNamed(context, input.product), "product");
      const { name, lastHeardThreshold: minutes, lorawanPayloadDecoder: decoder } = input;
      const body = given({
        name: name ?? undefined,
        online_timeout: minutes == null ? undefined : minutes * 60,
      });
      if (Object.keys(body).length > 0)
        await act(context, "updateProduct", { params: { product: product.row.slug }, body });
      if (decoder != null) await setDecoder(context, product, decoder);
      return { ok: true, error: null, product };
    }),
  updateApiConfiguration: (
    _: unknown,
    { input }: { input: { readonly product: string; readonly httpPayloadDecoder?: string | null } },
    context: GraphContext,
  ) =>
    orWhy(async () => {
      const product = there(productNamed(context, input.product), "product");
      if (input.httpPayloadDecoder != null) await setDecoder(context, product, input.httpPayloadDecoder);
      return { ok: true, error: null, product };
    }),
};
