import { z } from "zod";
import { changeField } from "../fleet/edit/products.ts";
import { fieldNamed, productNamed } from "../fleet/named.ts";
import { OWNER_OF_THE_FOLDER } from "./actor.ts";
import { checked } from "./checked.ts";
import { formulaWish, tryOverHistory } from "./formula-tryout.ts";
import { formula } from "./integration-values.ts";
import type { OperationsDeps } from "./types.ts";
import * as values from "./values.ts";

const schemas = {
  tried: formulaWish.extend({ product: values.named }),
  set: z.strictObject({ product: values.named, field: values.named, formula }),
};

/** Formulas of fields. @throws Refusal unknown_product, unknown_field, invalid_request, storage_unavailable */
export function formulaOperations(deps: OperationsDeps) {
  const { fleet, directory } = deps;
  return {
    fieldTry: checked(schemas.tried, ({ product, ...wish }) =>
      tryOverHistory(deps, OWNER_OF_THE_FOLDER, productNamed(directory, product), wish),
    ),
    fieldFormula: checked(schemas.set, ({ product, field, formula: text }) =>
      fleet.edit((draft) => {
        const node = fieldNamed(productNamed(directory, product), field);
        changeField(draft, node, { formula: text });
        return { product, field: node.row.id, formula: text };
      }),
    ),
  };
}
