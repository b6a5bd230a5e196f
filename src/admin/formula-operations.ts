import { z } from "zod";
import { changeField } from "../fleet/edit/products.ts";
import { fieldNamed, productNamed } from "../fleet/named.ts";
import { checked } from "./checked.ts";
import { formula } from "./integration-values.ts";
import type { OperationsDeps } from "./types.ts";
import * as values from "./values.ts";

const schemas = {
  set: z.strictObject({ product: values.named, field: values.named, formula }),
};

/** Formulas of fields. @throws Refusal unknown_product, unknown_field, invalid_request, storage_unavailable */
export function formulaOperations({ fleet, directory }: OperationsDeps) {
  return {
    fieldFormula: checked(schemas.set, ({ product, field, formula: text }) =>
      fleet.edit((draft) => {
        const node = fieldNamed(productNamed(directory, product), field);
        changeField(draft, node, { formula: text });
        return { product, field: node.row.id, formula: text };
      }),
    ),
  };
}
