import { fieldTable } from "../field/command.ts";
import { programName } from "../name.ts";
import { type Args, type Flags, given, on, removeAsked, say, show as showList } from "../results.ts";
import { visible } from "../text.ts";
import type { Io } from "../types.ts";

export const create = (io: Io, [slug = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const made = await access.call("productCreate", { slug, ...given(flags, "name", "workspace", "uuid") });
    return say(
      io,
      flags,
      made,
      `Product ${made.product} of ${made.workspace} is made. Give it fields: ${programName(io.env, process.cwd())} field create ${made.product} TEMPERATURE`,
    );
  });
export const list = (io: Io, _: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const all = (await access.call("productList", {})).filter(
      ({ workspace }) => flags.workspace === undefined || workspace === flags.workspace,
    );
    const rows = all.map((one) => [one.slug, one.name, one.workspace, one.fields.length, one.devices]);
    return showList(
      io,
      flags,
      all,
      ["PRODUCT", "NAME", "WORKSPACE", "FIELDS", "DEVICES"],
      rows,
      "There are no products.",
    );
  });
export const show = (io: Io, [product = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const one = await access.call("productShow", { product });
    const facts = [
      ["Product", `${one.slug}  ${one.name}`],
      ["Workspace", one.workspace],
      ["Devices", one.devices],
      ["Decoder", one.decoder === null ? "none" : `version ${one.decoder}`],
      [
        "Settings",
        `retain_last_values ${one.retainLastValues}, publish_backfill ${one.publishBackfill}, bool_text ${one.boolText}`,
      ],
    ];
    if (flags.json !== true)
      io.out(`${facts.map(([name, value]) => `${`${name}:`.padEnd(11)} ${visible(String(value))}`).join("\n")}\n\n`);
    return showList(io, flags, one, ...fieldTable(one.fields));
  });
export const remove = (io: Io, [product = ""]: Args, flags: Flags) =>
  on(io, flags, (access) => removeAsked(io, flags, (dryRun) => access.call("productDelete", { product, dryRun })));
