import { z } from "zod";
import type { Retried, Tried } from "../integrations/tryout/tried.ts";
import { decoderFunction } from "./integration-values.ts";
import * as values from "./values.ts";

/** What trying a decoder answers with. */

/** What came of it: one of both, by what was given. */
export interface TryAnswer {
  readonly tried: Tried | null;
  readonly recorded: readonly Retried[] | null;
}
/** As answers have it. */
export function triedShown({ decoded, messages, rows, fields, newFields, devices, newDevices }: Tried) {
  return {
    version: decoded?.version ?? null,
    function: decoded?.called ?? null,
    error: decoded?.error ?? null,
    log: [...(decoded?.log ?? [])],
    ms: decoded?.ms ?? null,
    output: decoded?.output ?? null,
    messages: [...messages],
    rows: rows.map((row) => ({ ...row, value: row.value as z.input<typeof rowValue> })), // as rowsOf reads values
    fields: [...fields],
    new_fields: newFields.map((one) => ({ ...one })),
    devices: [...devices],
    new_devices: [...newDevices],
  };
}
const rowValue = z.union([z.number(), z.string(), z.boolean(), z.object({ lat: z.number(), lng: z.number() })]);

export const tried = z
  .object({
    version: z
      .int()
      .nullable()
      .meta({ description: "The version that was tried; null: code that is none, or no decoder." }),
    function: decoderFunction,
    error: z
      .object({ message: z.string(), line: z.int().nullable() })
      .nullable()
      .meta({ description: "Why it gave nothing, with the line of the script where it is known." }),
    log: z.array(z.string()).meta({ description: "What it wrote with `console`." }),
    ms: z.number().nullable().meta({ description: "How long the call took." }),
    output: z.unknown().meta({ description: "What it gave, as it is." }),
    messages: z.array(z.string()).meta({ description: "What was passed over, and what the script warned of." }),
    rows: z.array(
      z.object({
        ...{ device: z.string(), field: z.string(), value: rowValue },
        time: z.string().nullable().meta({ description: "null: when it comes." }),
        fate: z.enum(["stored", "refused", "suggested"]).meta({ description: "What would become of it." }),
        message: z.string().nullable(),
      }),
    ),
    fields: z.array(z.string()).meta({ description: "Those of the product that it gives." }),
    new_fields: z
      .array(z.object({ field: z.string(), type: z.string(), unit: z.string().nullable() }))
      .meta({ description: "Fields that the product does not have; the type is guessed." }),
    devices: z.array(z.string()),
    new_devices: z
      .array(z.string())
      .meta({ description: "Devices that it names, and that the product does not have." }),
  })
  .meta({ id: "TriedDecoder", description: "What a decoder makes of one input. Nothing of it is stored." });
/** What a try-out answers with. */
export const tryResult = z
  .object({
    tried: tried.nullable().meta({ description: "Of an input that was given." }),
    recorded: z
      .array(
        z.object({
          ...{
            pass: z.int(),
            time: values.time,
            input: z.string().meta({ description: "The beginning of what came." }),
          },
          skipped: z.string().nullable().meta({ description: "Why it cannot be tried again; null: it was." }),
          now: tried.nullable(),
          before: tried
            .nullable()
            .meta({ description: "What the version in force makes of it, where another is tried." }),
        }),
      )
      .nullable()
      .meta({ description: "Of what came, newest first." }),
  })
  .meta({ id: "DecoderTryOut" });

export function answerShown({ tried: one, recorded }: TryAnswer): z.input<typeof tryResult> {
  const shown = (given: Tried | null) => (given === null ? null : triedShown(given));
  return {
    tried: shown(one),
    recorded: recorded?.map((each) => ({ ...each, now: shown(each.now), before: shown(each.before) })) ?? null,
  };
}
