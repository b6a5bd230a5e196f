import { withAccess } from "../access.ts";
import { CommandError } from "../failure.ts";
import { serverSettings } from "../folder.ts";
import { type Colors, colors, json, table, visible } from "../text.ts";
import type { Io } from "../types.ts";
import type { RightsAnswer } from "../../admin/rights.ts";

/** `token rights WHO [--on PRODUCT[/DEVICE]]`: what it may do, and why. */
export async function rights(io: Io, [who = ""]: readonly string[], flags: Readonly<Record<string, unknown>>) {
  const settings = serverSettings(io, flags);
  const answer = await withAccess(settings, {}, (access) => access.call("rights", { who, ...target(flags.on) }));
  io.out(flags.json === true ? json(answer) : renderRights(answer, colors(io.color)));
  return 0;
}

function target(on: unknown): { product?: string; device?: string } {
  if (on === undefined) return {};
  const [product = "", device, ...more] = String(on).split("/");
  if (product === "" || device === "" || more.length > 0)
    throw new CommandError("--on: write PRODUCT or PRODUCT/DEVICE, like my-product/000001");
  return { product, ...(device !== undefined && { device }) };
}

export function renderRights({ account, lines, can }: RightsAnswer, c: Colors): string {
  const rows = lines.map((line) => [line.on, line.can.join(", "), line.workspace ?? "-", line.because]);
  const head = can === null ? "" : ` ${can.length === 0 ? "may do nothing there" : `may: ${can.join(", ")}`}`;
  const body = rows.length === 0 ? "It has no rights.\n" : table(["ON", "CAN", "WORKSPACE", "BECAUSE OF"], rows, c);
  return `${c.bold(visible(account))}${head}\n${can !== null && rows.length === 0 ? "" : body}`;
}
