import { z } from "zod";
import { decoderFunction, note } from "../../admin/integration-values.ts";
import * as values from "../../admin/values.ts";

/** What versions of decoders are in answers. */

/** Without its code. */
export const listed = z
  .object({
    number: z.int(),
    in_force: z.boolean(),
    stopped: z.boolean().meta({
      description:
        "The sandbox has stopped it: it did not let itself be stopped, twice within a minute. Put it in force again to let it run, or another one.",
    }),
    function: decoderFunction,
    created: values.time,
    by: z.string().meta({ description: "Name of who made it, as it was then." }),
    note,
    bytes: z.int().meta({ description: "Length of the code, in UTF-8." }),
  })
  .meta({ id: "DecoderVersion", description: "A version of the script that reads what a product's devices send." });
/** With it. */
export const version = listed.extend({ code: z.string() }).meta({ id: "DecoderVersionWithCode" });
export const inForce = z
  .object({ version: version.nullable().meta({ description: "null: the product has no decoder in force." }) })
  .meta({ id: "DecoderInForce" });
