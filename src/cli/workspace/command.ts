import { type Args, type Flags, given, on, removeAsked, say, show } from "../results.ts";
import type { Io } from "../types.ts";

export const create = (io: Io, [slug = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const made = await access.call("workspaceCreate", { slug, ...given(flags, "name", "owner", "uuid") });
    return say(io, flags, made, `Workspace ${made.workspace} is made.`);
  });
export const list = (io: Io, _: Args, flags: Flags) =>
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
export const remove = (io: Io, [workspace = ""]: Args, flags: Flags) =>
  on(io, flags, (access) => removeAsked(io, flags, (dryRun) => access.call("workspaceDelete", { workspace, dryRun })));
