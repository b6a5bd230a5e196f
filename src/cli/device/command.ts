import { type Access, withAccess } from "../access.ts";
import { UsageError } from "../failure.ts";
import { serverSettings } from "../folder.ts";
import { wholeNumber } from "../numbers.ts";
import type { DeviceDetails, DeviceInfo } from "../../admin/devices.ts";
import { type Colors, clipped, colors, json, utcTime, plural, table, visible } from "../text.ts";
import type { DevicePresence } from "../../admin/types.ts";
import type { Io } from "../types.ts";
import { apart } from "./apart.ts";
import { confirmed } from "../confirm.ts";
import { type Args, type Flags, given, on, removeAsked, say } from "../results.ts";

/** `device list [PRODUCT]`. */
export async function list(io: Io, [product]: readonly string[], flags: Flags): Promise<number> {
  const settings = serverSettings(io, flags);
  const { tag } = flags;
  const limit = wholeNumber("--limit", flags.limit, 100, 1, 1_000_000);
  const input = { limit, ...(product !== undefined && { product }), ...(tag !== undefined && { tag }) };
  const found = await withAccess(settings, {}, async (access) => {
    const answer = await access.call("deviceList", input);
    sayOffline(io, access, settings.data);
    return answer;
  });
  if (flags.json === true) {
    io.out(json(found));
    return 0;
  }
  if (found.total === 0) io.err("There are no such devices.\n");
  else io.out(renderDevices(found.devices, colors(io.color)));
  if (found.total > found.devices.length)
    io.err(`${plural(found.total - found.devices.length, "more device")}; --limit ${found.total} shows all.\n`);
  return 0;
}

/** `device show PRODUCT DEVICE`. */
export async function show(io: Io, [product = "", device = ""]: readonly string[], flags: Flags): Promise<number> {
  const settings = serverSettings(io, flags);
  const details = await withAccess(settings, {}, async (access) => {
    const answer = await access.call("deviceShow", { product, device });
    sayOffline(io, access, settings.data);
    return answer;
  });
  io.out(flags.json === true ? json(details) : renderDevice(details, colors(io.color)));
  return 0;
}

function sayOffline(io: Io, { online }: Access, folder: string): void {
  if (!online) io.err(`No server runs on ${visible(folder)}: this is what is stored.\n`);
}

/** `device delete PRODUCT DEVICE [--yes]`, or those with a tag or of a pattern. */
export async function remove(io: Io, args: readonly string[], flags: Flags): Promise<number> {
  const [product = "", device] = args;
  const bulk = flags.tag !== undefined || flags.pattern !== undefined;
  if (bulk && device !== undefined) throw new UsageError("name one device, or say --tag or --pattern; not both");
  if (bulk) return removeMany(io, args, flags);
  if (product === "" || device === undefined) throw new UsageError(apart(product));
  if (flags.dryRun === true) return countOne(io, args, flags);
  const settings = serverSettings(io, flags);
  return withAccess(settings, {}, async (access) => {
    const what = { product, device };
    if (!(await confirmed(io, await access.call("deviceDescribe", what), flags.yes === true))) return 1;
    const gone = await access.call("deviceDelete", what);
    if (flags.json === true) io.out(json(gone, 0));
    else io.out(`Device ${visible(gone.device)} of ${visible(gone.product)} is deleted.\n`);
    return 0;
  });
}

/** `device create PRODUCT DEVICE`, or a range of them. */
export const create = (io: Io, [product = "", id = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const tags = flags.tag === undefined ? {} : { tags: flags.tag };
    const made = await access.call("deviceCreate", {
      product,
      id,
      ...given(flags, "name", "serial", "location"),
      ...tags,
    });
    const [first = ""] = made.devices;
    const what =
      made.devices.length === 1
        ? `Device ${first} of ${product} is`
        : `${plural(made.devices.length, "device")} of ${product} are`;
    return say(io, flags, made, `${visible(what)} made.`);
  });
/** `device delete [PRODUCT] --tag TAG --pattern PATTERN`. */
const removeMany = (io: Io, [product]: Args, flags: Flags) =>
  on(io, flags, (access) => {
    const wish = { ...(product !== undefined && { product }), ...given(flags, "tag", "pattern") };
    return removeAsked(io, flags, (dryRun) => access.call("devicesDelete", { ...wish, dryRun }));
  });

/** `device delete PRODUCT DEVICE --dry-run`: what would go with one. */
const countOne = (io: Io, [product = "", device = ""]: Args, flags: Flags) =>
  on(io, flags, (access) =>
    removeAsked(io, flags, () => access.call("devicesDelete", { product, device, dryRun: true })),
  );

/** `device rename PRODUCT DEVICE ID`. */
export async function rename(
  io: Io,
  [product = "", device = "", id = ""]: readonly string[],
  flags: Flags,
): Promise<number> {
  const settings = serverSettings(io, flags);
  const done = await withAccess(settings, {}, (access) => access.call("deviceRename", { product, device, id }));
  if (flags.json === true) io.out(json(done, 0));
  else
    io.out(
      `Device ${visible(done.before)} of ${visible(done.product)} is ${visible(done.device)} now, with everything that it measured. ` +
        "Tell the device, and whoever subscribes to its topics.\n",
    );
  return 0;
}

export function renderDevices(devices: readonly DeviceInfo[], c: Colors): string {
  // without a server nobody knows who is connected
  const known = devices.some((d) => d.presence !== null);
  const rows = devices.map((d) => [
    d.product,
    d.id,
    d.name,
    d.serial ?? "",
    d.tags.join(", "),
    ...(known ? [connectedText(d.presence), timeText(d.presence?.seen)] : []),
  ]);
  return table(["PRODUCT", "ID", "NAME", "SERIAL", "TAGS", ...(known ? ["CONNECTED", "SEEN"] : [])], rows, c);
}

function connectedText(presence: DevicePresence | null): string {
  if (presence === null || presence.connectionNumber === 0) return "never";
  if (presence.connected) return `since ${timeText(presence.connectedAt)}`;
  return `until ${presence.disconnectedAt === null ? "the server ended" : utcTime(presence.disconnectedAt)}`;
}
function timeText(time: number | null | undefined): string {
  return time === null || time === undefined ? "never" : utcTime(time);
}

export function renderDevice(d: DeviceDetails, c: Colors): string {
  const facts: [string, string][] = [
    ["Device", `${d.id}  ${d.name}`],
    ["Product", `${d.product}  ${d.productName}`],
    ["Workspace", d.workspace],
    ["Serial", d.serial ?? "none"],
    ["Tags", d.tags.length > 0 ? d.tags.join(", ") : "none"],
    ...(d.presence === null
      ? []
      : ([
          ["Connected", `${connectedText(d.presence)}  (no. ${d.presence.connectionNumber})`],
          ["Seen", `${timeText(d.presence.seen)}  (no. ${d.presence.seenNumber})`],
        ] satisfies [string, string][])),
  ];
  const head = facts.map(([name, value]) => `${c.bold(`${name}:`.padEnd(11))} ${visible(value)}\n`).join("");
  const fields = d.fields.map((f) => [
    f.id,
    f.type,
    f.value === null ? "" : clipped(f.value, 40),
    f.unit ?? "",
    f.time === null ? "" : utcTime(f.time),
    f.name,
  ]);
  const refusals = d.refusals.map((r) => [
    utcTime(r.time),
    r.code,
    r.count > 1 ? `${r.count}×` : "",
    clipped(r.topic, 60),
    clipped(r.payload, 40),
    r.message,
  ]);
  return [
    head,
    fields.length > 0
      ? `\n${table(["FIELD", "TYPE", "VALUE", "UNIT", "TIME", "NAME"], fields, c)}`
      : "\nThe product has no fields.\n",
    refusals.length > 0
      ? `\n${table(["REFUSED", "CODE", "", "TOPIC", "PAYLOAD", "WHY"], refusals, c)}`
      : "\nNothing was refused.\n",
  ].join("");
}
