import { z } from "zod";
import { BadValues, Refusal } from "../base/errors.ts";
import type { Directory } from "../fleet/directory.ts";
import type { DeviceNode } from "../fleet/nodes.ts";
import type { Downlink as Definition } from "../fleet/types.ts";
import type { Content } from "../integrations/downlinks/types.ts";
import { base64In, hexIn } from "../networks/downlinks/bytes.ts";
import { MOST_BYTES } from "../networks/downlinks/encoded.ts";
import type { Asker } from "./actor.ts";
import { downlinkChanges, downlinkNamed, downlinkWish, port, wait } from "./downlinks.ts";
import { mayEditProduct } from "./may-edit.ts";
import * as values from "./values.ts";

/** What is sent to a device: a downlink of its product, bytes, or in a dry run a downlink that is not saved yet. */

const MOST_VALUES = 16_384;

/** What is sent: a downlink of the product by its name, or bytes. */
export const sendWish = z.strictObject({
  downlink: values.slug.optional().meta({ description: "Name of the product's downlink." }),
  values: z
    .record(z.string().max(100), z.unknown())
    .refine((given) => JSON.stringify(given).length <= MOST_VALUES, `at most ${MOST_VALUES} characters as JSON`)
    .optional()
    .meta({ description: "For the downlink's encoder: they take the place of the device's current values." }),
  hex: z.string().max(1000).optional().meta({ description: "In place of a downlink: bytes in hexadecimal digits." }),
  base64: z.string().max(1000).optional().meta({ description: "The same in base64." }),
  text: z.string().max(1000).optional().meta({ description: "The same as text, in UTF-8." }),
  port: port.optional(),
  confirmed: z.boolean().optional(),
  replace: z.boolean().optional(),
  wait: wait.optional(),
  draft: downlinkChanges.optional().meta({
    description:
      "In place of a downlink, in a dry run: one that is not saved yet. Takes what changing the product's downlinks takes.",
  }),
  dry_run: z.boolean().optional().meta({ description: "Nothing is sent: the answer tells what would be." }),
});
export type SendWish = z.output<typeof sendWish>;

/** @throws Refusal not_permitted: an encoder is tried by those who may change it */
export function checkDraft(asker: Asker, { product }: DeviceNode, { draft }: SendWish): void {
  if (draft === undefined || mayEditProduct(asker, product)) return;
  throw new Refusal("not_permitted", "Trying an encoder takes what changing the product's downlinks takes.");
}

/** The downlink of the product that is meant, or the one that is tried; null: bytes were given. @throws Refusal not_found, invalid_request */
export function definitionOf(directory: Directory, { product }: DeviceNode, wish: SendWish): Definition | null {
  if (wish.downlink !== undefined) return downlinkNamed(directory, product, wish.downlink);
  if (wish.draft === undefined) return null;
  if (wish.dry_run === true) return { ...downlinkWish("draft", wish.draft), uid: 0, product: product.row.uid };
  const message = "What is not saved can be tried (dry_run), and not be sent. Save it first.";
  throw new BadValues("invalid_request", [{ path: "draft", message }]);
}

export function bytesOf({ hex, base64, text, port: given = 1, values: none }: SendWish): Content {
  if (none !== undefined)
    throw new BadValues("invalid_request", [
      { path: "values", message: "Values are for a downlink of the product, which has an encoder." },
    ]);
  const path = hex !== undefined ? "hex" : base64 !== undefined ? "base64" : "text";
  const bytes =
    hex !== undefined ? hexIn(hex) : base64 !== undefined ? base64In(base64) : new TextEncoder().encode(text);
  if (bytes === null || bytes.length === 0 || bytes.length > MOST_BYTES)
    throw new BadValues("invalid_request", [{ path, message: `allowed are 1 to ${MOST_BYTES} bytes` }]);
  return { form: "bytes", hex: Buffer.from(bytes).toString("hex"), port: given };
}
