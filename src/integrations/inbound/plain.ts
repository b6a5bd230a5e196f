import { rowsOf } from "../../decoders/results.ts";
import type { MappedDevice } from "../../bridges/maps/types.ts";
import type { Reading, Unit } from "./unit.ts";
import { nativeRows } from "./native.ts";

/** What is read without a decoder. */

const NO_DECODER = "the product has no decoder. Set one: fieldcast decoder set";

/** What a map read: the rows are of the device that is known, or of the one that they name. */
export function mappedRows({ device, incoming }: Unit, { names, rows, left }: MappedDevice): Reading {
  const [name = ""] = names;
  const named = device === null ? rows.map((row) => ({ ...row, device: name })) : rows;
  return { decoded: null, rows: named, left, messages: incoming.bridged?.mapped?.messages ?? [] };
}

/** Without a decoder, or without anything for it. */
export function plainly({ incoming, event, product }: Unit, hasDecoder: boolean): Reading {
  if (event === null) {
    const { rows, warnings, left, problem } = nativeRows(incoming.body, incoming.request, product);
    return { decoded: null, rows, left, messages: problem === null ? warnings : [problem] };
  }
  const { decoded = null, encrypted = false } = event.uplink ?? {};
  if (typeof decoded !== "object" || decoded === null) {
    const why = encrypted
      ? "The payload is still encrypted: let the network decrypt it, for which it needs the AppSKey."
      : hasDecoder
        ? "The uplink has no payload."
        : `The network sent no decoded payload, and ${NO_DECODER} ${product.row.slug} FILE`;
    return { decoded: null, rows: [], left: 0, messages: [why] };
  }
  const { rows, warnings, left } = rowsOf("Decoder", decoded);
  return { decoded: null, rows, left, messages: warnings };
}
