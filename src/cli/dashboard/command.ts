import { confirmed } from "../confirm.ts";
import { jsonOf, readScript } from "../decoder/script.ts";
import { UsageError } from "../failure.ts";
import { type Args, type Flags, given, on, say, show } from "../results.ts";
import { json, plural, visible } from "../text.ts";
import type { Io } from "../types.ts";

/** `dashboard …`: see register.ts. */

const which = (dashboard: string, flags: Flags) => ({ dashboard, ...given(flags, "workspace") });
const HEAD = ["NUMBER", "DASHBOARD", "WORKSPACE", "PRODUCT", "WIDGETS", "LINKS"];

export const list = (io: Io, _: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const all = await access.call("dashboardList", given(flags, "workspace"));
    const rows = all.map((one) => [
      ...[one.dashboard, visible(one.name), one.workspace, one.product, one.widgets, one.links],
    ]);
    return show(io, flags, all, HEAD, rows, "There are no dashboards.");
  });

/** The file that `dashboard import` takes, on the standard output. */
export const exported = (io: Io, [dashboard = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    io.out(json(await access.call("dashboardExport", which(dashboard, flags))));
    return 0;
  });

/** `dashboard import FILE`; - is the standard input. @throws UsageError */
export const imported = (io: Io, [file = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const text = file === "-" ? await io.readStdin() : readScript(io, file);
    const wish = jsonOf(file, text);
    if (typeof wish !== "object" || wish === null) throw new UsageError(`${file}: this is no dashboard as exported`);
    const done = await access.call("dashboardImport", {
      ...wish,
      ...given(flags, "workspace", "name", "product"),
      ...(flags.replace === true && { replace: true }),
      ...(flags.allowMissing === true && { allow_missing: true }),
    });
    if (flags.json !== true) for (const { path, message } of done.missing) io.err(`${path}: ${visible(message)}\n`);
    return say(io, flags, done, `${visible(done.name)}: imported, with ${plural(done.widgets, "widget")}.`);
  });

export const remove = (io: Io, [dashboard = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const text = `Dashboard ${dashboard} goes, with the links that show it.`;
    if (!(await confirmed(io, [text], flags.yes === true))) return 1;
    const gone = await access.call("dashboardDelete", which(dashboard, flags));
    return say(io, flags, gone, `${visible(gone.name)}: deleted.`);
  });
