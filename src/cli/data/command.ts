import { parseZone } from "../../measure/zone.ts";
import { parseRange } from "../../http/history/range.ts";
import { printTime } from "../../measure/time.ts";
import { type Access, withAccess } from "../access.ts";
import { UsageError } from "../failure.ts";
import { confirmed } from "../confirm.ts";
import { serverSettings } from "../folder.ts";
import { Progress } from "../progress.ts";
import { json, plural, visible } from "../text.ts";
import type { Io } from "../types.ts";
import type { DeletedPage } from "../../admin/data.ts";

type Flags = Readonly<Record<string, unknown>>;

/** `data delete --product P [--device D] [--field F] --from T --to T [--dry-run] [--yes]`. */
export async function remove(io: Io, _args: readonly string[], flags: Flags): Promise<number> {
  const settings = serverSettings(io, flags);
  const zone = parseZone(typeof flags.zone === "string" ? flags.zone : undefined);
  const range = parseRange(textOf(flags, "from"), textOf(flags, "to"), 0, ["--from", "--to"], zone);
  if (range.from >= range.to) throw new UsageError("--to must be later than --from");
  const wish = {
    product: textOf(flags, "product"),
    devices: listOf(flags.device),
    fields: listOf(flags.field),
    ...range,
  };
  return withAccess(settings, {}, async (access) => {
    const found = await pages(io, access, { ...wish, dryRun: true }, "counted");
    const { series, measurements } = found;
    const amount = `${plural(measurements, "measurement")} of ${series} series`;
    if (flags.dryRun === true) {
      if (flags.json === true) io.out(json({ series, measurements, dryRun: true }, 0));
      else io.out(`${amount} would be deleted. Nothing was changed: this was a dry run.\n`);
      return 0;
    }
    if (!(await confirmed(io, sentences(wish, amount), flags.yes === true))) return 1;
    await pages(io, access, { ...wish, dryRun: false }, "deleted");
    if (flags.json === true) io.out(json({ series, measurements, dryRun: false }, 0));
    else io.out(`${amount} ${measurements === 1 ? "is" : "are"} deleted. Current values stay.\n`);
    return 0;
  });
}

interface Wish {
  readonly product: string;
  readonly devices: readonly string[];
  readonly fields: readonly string[];
  readonly from: number;
  readonly to: number;
}

function sentences({ product, devices, fields, from, to }: Wish, amount: string): string[] {
  const some = (names: readonly string[], all: string) =>
    names.length === 0 ? all : names.length <= 5 ? names.join(", ") : `${names.slice(0, 5).join(", ")}, …`;
  return [
    `${amount} will be deleted: of ${product}, ${some(devices, "all devices")}, ${some(fields, "all fields")},`,
    `from ${printTime(from)} to before ${printTime(to)}.`,
    "Current values stay. This cannot be undone.",
  ];
}

async function pages(io: Io, access: Access, wish: Wish & { readonly dryRun: boolean }, verb: string) {
  const progress = new Progress(io);
  let [series, measurements] = [0, 0];
  for (let after: number | null = -1; after !== null; ) {
    const page: DeletedPage = await access.call("dataDelete", { ...wish, after });
    series += page.series;
    measurements += page.measurements ?? 0;
    progress.update(page.before / Math.max(1, page.devices), () => `${visible(wish.product)} is ${verb}`);
    after = page.next;
  }
  progress.clear();
  return { series, measurements };
}

/** @throws UsageError when it is missing: nothing is deleted by a default */
function textOf(flags: Flags, name: string): string {
  const value = flags[name];
  if (typeof value === "string" && value !== "") return value;
  throw new UsageError(`--${name} is missing`);
}
function listOf(flag: unknown): string[] {
  return Array.isArray(flag) ? flag.map(String) : [];
}
