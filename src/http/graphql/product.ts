import { downlinksOf, passLog, suggestedFields } from "./integrations.ts";
import { productDecoder } from "../../fleet/decoders.ts";
import type { FieldNode, ProductNode } from "../../fleet/nodes.ts";
import { configurationFields } from "./configuration.ts";
import type { GraphContext } from "./context.ts";
import { minutesOf } from "./device-parts.ts";
import { devicesWhere, mayEditProduct, sees, workspaceNamed } from "./lookups.ts";
import { semanticText } from "./semantics.ts";
import { timeText, typeText } from "./values.ts";

interface WhichFields {
  readonly active?: boolean | null;
}

/** ProductType. */
export const PRODUCT = {
  id: ({ row }: ProductNode) => row.uuid,
  name: ({ row }: ProductNode) => row.name,
  slug: ({ row }: ProductNode) => row.slug,
  created: ({ row }: ProductNode) => timeText(row.created ?? 0),
  icon: () => "",
  hardware: () => "API",
  features: () => [],
  lastHeardThreshold: ({ row }: ProductNode, _: unknown, { deps }: GraphContext) =>
    minutesOf(row.onlineTimeout, deps.recentlySeen),
  deviceCount: async (product: ProductNode, _: unknown, context: GraphContext) =>
    (await devicesWhere(context, product, () => true)).length,
  workspace: ({ workspace }: ProductNode, _: unknown, context: GraphContext) => workspaceNamed(context, workspace.slug),
  measurementFields: ({ fields }: ProductNode, { active }: WhichFields) =>
    [...fields.values()].filter(({ row }) => active == null || (row.active !== false) === active),
  measurementField({ fields }: ProductNode, { id, fieldName }: { id?: string | null; fieldName?: string | null }) {
    if (fieldName != null) return fields.get(fieldName.toUpperCase()) ?? null;
    return fields.values().find(({ row }) => row.uuid === id?.toLowerCase()) ?? null;
  },
  measurementFieldSuggestions: (product: ProductNode, _: unknown, context: GraphContext) =>
    suggestedFields(context, product),
  configurationFields: (product: ProductNode, _: unknown, { deps }: GraphContext) =>
    configurationFields(deps.directory, product),
  // scripts and the address that takes measurements are for those who may change them
  apiConfiguration: (product: ProductNode, _: unknown, context: GraphContext) =>
    mayEditProduct(context, product) ? product : null,
  lorawanDevice: () => false,
  lorawanDownlinks: (product: ProductNode, _: unknown, context: GraphContext) => downlinksOf(context, product),
  lorawanPayloadDecoder: (product: ProductNode, _: unknown, context: GraphContext) => decoderText(context, product),
};
function decoderText(context: GraphContext, product: ProductNode): string {
  if (!mayEditProduct(context, product)) return "";
  return productDecoder(context.deps.directory, product)?.code ?? "";
}

/** ApiProductConfigurationType. */
export const API_CONFIGURATION = {
  id: ({ row }: ProductNode) => row.uuid,
  httpPayloadDecoder: (product: ProductNode, _: unknown, context: GraphContext) => decoderText(context, product),
  httpEndpointUrl: ({ row }: ProductNode, _: unknown, { deps }: GraphContext) =>
    `${deps.people?.publicUrl ?? ""}/integrations/api/${row.integrationKey ?? row.uuid}/`,
  logs: ({ row }: ProductNode, _: unknown, context: GraphContext) => passLog(context, "product", row.uid),
};

/** ProductMeasurementFieldType. */
export const FIELD = {
  id: ({ row }: FieldNode) => row.uuid,
  fieldName: ({ row }: FieldNode) => row.id,
  verboseFieldName: ({ row }: FieldNode) => row.name || row.id,
  fieldType: ({ row }: FieldNode) => typeText(row.type),
  description: ({ row }: FieldNode) => row.description ?? "",
  unit: ({ row }: FieldNode) => row.unit,
  displayUnit: ({ row }: FieldNode) => row.unit,
  displayUnitOverride: () => "",
  floatDigits: ({ row }: FieldNode) => row.decimals ?? 2,
  color: () => "",
  active: ({ row }: FieldNode) => row.active !== false,
  role: ({ row }: FieldNode) => row.role?.toUpperCase() ?? null,
  semantic: ({ row }: FieldNode) => (row.semantic === undefined ? null : semanticText(row.semantic)),
  formula: () => "",
  formulaError: () => "",
  useFormula: () => false,
  product: ({ product }: FieldNode, _: unknown, context: GraphContext) => (sees(context, product) ? product : null),
};
