import { deviceIn } from "../device-flag.ts";
import { readScript } from "../decoder/script.ts";
import { UsageError } from "../failure.ts";
import { wholeNumber } from "../numbers.ts";
import { type Flags, given } from "../results.ts";
import type { Io } from "../types.ts";

/** What flags say of a webhook. */

export const which = (webhook: string, flags: Flags) => ({ webhook, ...given(flags, "workspace") });

export const list = (value: unknown): string[] =>
  Array.isArray(value) ? value.flatMap((one) => String(one).split(",")) : [];

/** @throws UsageError */
export function shapeOf(io: Io, flags: Flags): object {
  const headers = (Array.isArray(flags.header) ? flags.header.map(String) : []).map((line) => {
    const [, name, value] = /^([^:]+):\s*(.+)$/s.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new UsageError('--header: write "Name: value"');
    return [name.trim(), value] as const;
  });
  const filter = {
    products: list(flags.product),
    devices: list(flags.device).map(deviceIn),
    tags: list(flags.tag),
    fields: list(flags.field),
  };
  const hasFilter = Object.values(filter).some(({ length }) => length > 0);
  return {
    ...given(flags, "form", "account"),
    ...(flags.template !== undefined && { template: readScript(io, String(flags.template)) }),
    ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
    ...(hasFilter && { filter }),
    ...(flags.github === true && { signature: "github" }),
    ...batchOf(flags),
  };
}
function batchOf({ batchMax, batchWait }: Flags): object {
  if (batchMax === undefined && batchWait === undefined) return {};
  if (batchMax === undefined) throw new UsageError("--batch-wait needs --batch-max beside it");
  const max = wholeNumber("--batch-max", batchMax, 1, 1, 5000);
  return {
    batch: { max, wait: wholeNumber("--batch-wait", batchWait, 1, 0, 3600) },
  };
}
