import { GOES } from "../../fleet/plan-retention.ts";
import { withAccess } from "../access.ts";
import { UsageError } from "../failure.ts";
import { CHANGING, confirmed } from "../confirm.ts";
import { serverSettings } from "../folder.ts";
import { colors, json, table, visible } from "../text.ts";
import type { Io } from "../types.ts";

type Flags = Readonly<Record<string, unknown>>;

/** `retention show [PRODUCT]`. */
export async function show(io: Io, [product]: readonly string[], flags: Flags): Promise<number> {
  const settings = serverSettings(io, flags);
  const input = product === undefined ? {} : { product };
  const rows = await withAccess(settings, {}, (access) => access.call("retentionList", input));
  if (flags.json === true) {
    io.out(json(rows));
    return 0;
  }
  const cells = rows.map((one) => [
    one.product,
    one.field ?? "",
    one.retention,
    one.rollups,
    one.own ? "" : one.field === null ? "nothing is said" : "as the product",
  ]);
  if (rows.length === 0) io.err("There are no products.\n");
  else io.out(table(["PRODUCT", "FIELD", "RETENTION", "ROLLUPS", ""], cells, colors(io.color)));
  return 0;
}

/** `retention set PRODUCT [FIELD] [--keep TIME] [--rollup STEP=TIME] [--no-rollups] [--inherit] [--yes]`. */
export async function set(io: Io, [product = "", field]: readonly string[], flags: Flags): Promise<number> {
  const settings = serverSettings(io, flags);
  const wish = { product, ...(field !== undefined && { field }), ...wishOf(flags) };
  return withAccess(settings, {}, async (access) => {
    const planned = await access.call("retentionSet", { ...wish, dryRun: true });
    const lines = planned.lines.map(({ text }) => text);
    if (planned.goes && !(await confirmed(io, [...lines, `${GOES}.`], flags.yes === true, CHANGING))) return 1;
    const done = await access.call("retentionSet", { ...wish, dryRun: false });
    if (flags.json === true) io.out(json(done));
    else if (done.lines.length === 0) io.out("Nothing changes.\n");
    else io.out(`${done.lines.map(({ text }) => visible(text)).join("\n")}\n`);
    return 0;
  });
}

/** What the flags say, as the fleet file would. @throws UsageError */
function wishOf(flags: Flags): object {
  const steps = Array.isArray(flags.rollup) ? flags.rollup.map(String) : [];
  const none = flags.rollups === false;
  if (flags.inherit === true) {
    if (flags.keep !== undefined || steps.length > 0 || none)
      throw new UsageError("--inherit takes back what was said; it goes with no other flag");
    return { retention: "", rollups: "" };
  }
  if (none && steps.length > 0) throw new UsageError("--rollup and --no-rollups exclude each other");
  if (flags.keep === undefined && steps.length === 0 && !none)
    throw new UsageError("say what to change: --keep, --rollup, --no-rollups or --inherit");
  const rollups = steps.map((text) => {
    const [step = "", time = ""] = text.split("=", 2);
    return [step, time] as const;
  });
  return {
    ...(flags.keep !== undefined && { retention: String(flags.keep) }),
    ...((steps.length > 0 || none) && { rollups: Object.fromEntries(rollups) }),
  };
}
