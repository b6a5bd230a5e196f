import { type Access, withAccess } from "../access.ts";
import { UsageError } from "../failure.ts";
import { confirmed } from "../fleet/confirm.ts";
import { serverSettings } from "../folder.ts";
import { momentToCome, wholeNumber } from "../numbers.ts";
import { tellOnce } from "../secrets.ts";
import { colors, json, plural, table, utcTime, visible } from "../text.ts";
import type { Io } from "../types.ts";
import type { Deleted } from "../../admin/shared.ts";

/** The commands that make, list and delete what a fleet consists of. */

type Flags = Readonly<Record<string, unknown>>;
type Args = readonly string[];

/** Runs on the server of the data folder, or on the folder itself. */
function on<T>(io: Io, flags: Flags, work: (access: Access) => Promise<T>): Promise<T> {
  return withAccess(serverSettings(io, flags).data, {}, work);
}
/** Those of the flags that were given, by the names that the operations have. */
function given(flags: Flags, ...names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]])));
}
function say(io: Io, flags: Flags, result: unknown, line: string): number {
  io.out(flags.json === true ? json(result) : `${line}\n`);
  return 0;
}
/** A list as a table, or as JSON. */
function show(
  io: Io,
  flags: Flags,
  result: unknown,
  head: readonly string[],
  rows: readonly (readonly unknown[])[],
  none: string,
): number {
  if (flags.json === true) io.out(json(result));
  else if (rows.length === 0) io.err(`${none}\n`);
  else
    io.out(
      table(
        head,
        rows.map((row) => row.map((cell) => (cell === null ? "-" : String(cell)))),
        colors(io.color),
      ),
    );
  return 0;
}
/** Counts, asks, deletes; with --dry-run it only counts. */
async function remove(io: Io, flags: Flags, call: (dryRun: boolean) => Promise<Deleted>): Promise<number> {
  const counted = await call(true);
  const names =
    counted.names.length > 1
      ? [`${counted.names.slice(0, 10).join(", ")}${counted.names.length > 10 ? ", …" : ""}`]
      : [];
  const { sentences: _, ...result } = counted;
  if (flags.dryRun === true || counted.names.length === 0) {
    if (flags.json === true) io.out(json(result));
    else if (counted.names.length === 0) io.err("There are no such devices.\n");
    else
      io.out(
        `${[...counted.sentences.slice(0, -1), ...names, "Nothing was deleted: this was a dry run."].map(visible).join("\n")}\n`,
      );
    return 0;
  }
  if (!(await confirmed(io, [...names, ...counted.sentences], flags.yes === true))) return 1;
  const { sentences: __, ...done } = await call(false);
  const what = done.names.length === 1 ? (done.names[0] ?? "") : plural(done.names.length, "device");
  return say(io, flags, done, `${visible(what)}: deleted.`);
}

export const workspaceCreate = (io: Io, [slug = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const made = await access.call("workspaceCreate", { slug, ...given(flags, "name", "owner") });
    return say(io, flags, made, `Workspace ${made.workspace} is made.`);
  });
export const workspaceList = (io: Io, _: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const all = await access.call("workspaceList", {});
    const rows = all.map((one) => [one.slug, one.name, one.products, one.devices, one.members, one.apiUsers]);
    return show(
      io,
      flags,
      all,
      ["WORKSPACE", "NAME", "PRODUCTS", "DEVICES", "MEMBERS", "API USERS"],
      rows,
      "There are no workspaces.",
    );
  });
export const workspaceDelete = (io: Io, [workspace = ""]: Args, flags: Flags) =>
  on(io, flags, (access) => remove(io, flags, (dryRun) => access.call("workspaceDelete", { workspace, dryRun })));

export const productCreate = (io: Io, [slug = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const made = await access.call("productCreate", { slug, ...given(flags, "name", "workspace") });
    return say(
      io,
      flags,
      made,
      `Product ${made.product} of ${made.workspace} is made. Its fields: fieldcast field create ${made.product} TEMPERATURE`,
    );
  });
export const productList = (io: Io, _: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const all = (await access.call("productList", {})).filter(
      ({ workspace }) => flags.workspace === undefined || workspace === flags.workspace,
    );
    const rows = all.map((one) => [one.slug, one.name, one.workspace, one.fields.length, one.devices]);
    return show(io, flags, all, ["PRODUCT", "NAME", "WORKSPACE", "FIELDS", "DEVICES"], rows, "There are no products.");
  });
export const productShow = (io: Io, [product = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const one = await access.call("productShow", { product });
    const facts = [
      ["Product", `${one.slug}  ${one.name}`],
      ["Workspace", one.workspace],
      ["Devices", one.devices],
      [
        "Settings",
        `retain_last_values ${one.retainLastValues}, publish_backfill ${one.publishBackfill}, bool_text ${one.boolText}`,
      ],
    ];
    if (flags.json !== true)
      io.out(`${facts.map(([name, value]) => `${`${name}:`.padEnd(11)} ${visible(String(value))}`).join("\n")}\n\n`);
    return show(io, flags, one, ...fieldTable(one.fields));
  });
export const productDelete = (io: Io, [product = ""]: Args, flags: Flags) =>
  on(io, flags, (access) => remove(io, flags, (dryRun) => access.call("productDelete", { product, dryRun })));

interface FieldRow {
  readonly id: string;
  readonly type: string;
  readonly unit: string | null;
  readonly name: string;
}
function fieldTable(fields: readonly FieldRow[]): [string[], unknown[][], string] {
  const rows = fields.map(({ id, type, unit, name }) => [id, type, unit, name]);
  return [["FIELD", "TYPE", "UNIT", "NAME"], rows, "The product has no fields."];
}
export const fieldCreate = (io: Io, [product = "", id = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const decimals =
      flags.decimals === undefined ? {} : { decimals: wholeNumber("--decimals", flags.decimals, 0, 0, 15) };
    const wish = { product, id, type: flags.type ?? "NUMERIC", ...given(flags, "name", "unit"), ...decimals };
    const made = await access.call("fieldCreate", wish);
    return say(io, flags, made, `Field ${made.field} (${made.type}) of ${made.product} is made.`);
  });
export const fieldList = (io: Io, [product = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const fields = await access.call("fieldList", { product });
    return show(io, flags, fields, ...fieldTable(fields));
  });

export const deviceCreate = (io: Io, [product = "", id = ""]: Args, flags: Flags) =>
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
export const devicesDelete = (io: Io, [product]: Args, flags: Flags) =>
  on(io, flags, (access) => {
    const wish = { ...(product !== undefined && { product }), ...given(flags, "tag", "pattern") };
    return remove(io, flags, (dryRun) => access.call("devicesDelete", { ...wish, dryRun }));
  });

/** `device delete PRODUCT DEVICE --dry-run`: what would go with one. */
export const deviceDelete = (io: Io, [product = "", device = ""]: Args, flags: Flags) =>
  on(io, flags, (access) => remove(io, flags, () => access.call("devicesDelete", { product, device, dryRun: true })));

export const apiUserCreate = (io: Io, [name = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const expires =
      flags.expires === undefined ? {} : { expires: momentToCome("--expires", String(flags.expires), Date.now()) };
    const wish = {
      name,
      grants: grantsOf(flags),
      mqtt: flags.mqtt !== false,
      ...given(flags, "workspace"),
      ...expires,
    };
    const made = await access.call("apiUserCreate", wish);
    const lost = `nobody has seen its token: fieldcast token create ${JSON.stringify(made.apiUser)} makes another`;
    if (flags.json === true) await tellOnce(io, json(made), lost);
    else {
      io.err(`API user ${visible(made.apiUser)} is made. Its token, which is not shown again:\n`);
      await tellOnce(io, `${made.secret}\n`, lost);
    }
    return 0;
  });
/** Lines of rights as the API has them. @throws UsageError */
function grantsOf(flags: Flags): object[] {
  const list = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  const can = list(flags.can).flatMap((one) => one.split(","));
  const scopes = [
    ...list(flags.product).map((product) => ({ scope: "product", product })),
    ...list(flags.tag).map((tag) => ({ scope: "tag", tag })),
    ...list(flags.device).map((text) => {
      const [product = "", device = "", ...more] = text.split("/");
      if (product === "" || device === "" || more.length > 0)
        throw new UsageError("--device: write PRODUCT/DEVICE, like my-product/000001");
      return { scope: "device", product, device };
    }),
  ];
  if (can.length === 0 && scopes.length > 0)
    throw new UsageError("--can is needed beside --product, --tag and --device: view, record_measurements, …");
  if (can.length === 0) return [];
  return (scopes.length === 0 ? [{ scope: "all" }] : scopes).map((scope) => ({ ...scope, can }));
}
export const apiUserList = (io: Io, _: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const all = await access.call("apiUserList", given(flags, "workspace"));
    const rows = all.map((one) => [one.name, one.workspace, one.mqtt ? "yes" : "no", one.grants, one.tokens]);
    return show(io, flags, all, ["API USER", "WORKSPACE", "MQTT", "GRANTS", "TOKENS"], rows, "There are no API users.");
  });
export const apiUserDelete = (io: Io, [who = ""]: Args, flags: Flags) =>
  on(io, flags, (access) => remove(io, flags, (dryRun) => access.call("apiUserDelete", { who, dryRun })));

/** `token rotate WHICH [--grace TIME] [--expires WHEN]`: the new token alone goes to stdout. */
export const tokenRotate = (io: Io, [which = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const wish = {
      which,
      ...(flags.grace !== undefined && { graceSeconds: seconds(String(flags.grace)) }),
      ...(flags.expires !== undefined && { expires: momentToCome("--expires", String(flags.expires), Date.now()) }),
    };
    const { uid, graceSeconds, old, secret, ...info } = await access.call("tokenRotate", wish);
    const lost = `nobody has seen the new token: fieldcast token revoke ${uid}, and rotate the old one again`;
    if (flags.json === true) await tellOnce(io, json({ token: uid, ...info, old, graceSeconds, secret }), lost);
    else {
      const end = graceSeconds === 0 ? "is over" : `ends by ${utcTime((Date.now() + graceSeconds * 1000) * 1000)}`;
      io.err(
        `Token #${uid} of ${visible(info.owner)} takes the place of #${old}, which ${end}; it is not shown again:\n`,
      );
      await tellOnce(io, `${secret}\n`, lost);
    }
    return 0;
  });
/** @throws UsageError */
function seconds(text: string): number {
  const [, digits = "", unit = "s"] = /^(\d{1,7})(s|m|h|d)?$/.exec(text) ?? [];
  const n = Number(digits) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[unit] ?? 1);
  if (digits !== "" && n <= 2_592_000) return n;
  throw new UsageError("--grace: write a time like 90s, 10m, 12h or 7d, at most 30d; 0 ends the old token at once");
}
