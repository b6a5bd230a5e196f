import { withAccess } from "../access.ts";
import { confirmed } from "../confirm.ts";
import { serverSettings } from "../folder.ts";
import { type Colors, colors, json, table, visible } from "../text.ts";
import type { Io } from "../types.ts";
import type { AccountInfo } from "../../admin/accounts.ts";

type Flags = Readonly<Record<string, unknown>>;

/** `user list [--workspace SLUG]`. */
export async function list(io: Io, _args: readonly string[], flags: Flags): Promise<number> {
  const settings = serverSettings(io, flags);
  const { workspace } = flags;
  const found = await withAccess(settings, {}, (access) =>
    access.call("accountList", workspace === undefined ? {} : { workspace }),
  );
  if (flags.json === true) io.out(json(found));
  else if (found.length === 0) io.err("There are no such users.\n");
  else io.out(renderAccounts(found, colors(io.color)));
  return 0;
}

/** `user delete EMAIL [--yes]`. */
export function remove(io: Io, [email = ""]: readonly string[], flags: Flags): Promise<number> {
  const settings = serverSettings(io, flags);
  return withAccess(settings, {}, async (access) => {
    if (!(await confirmed(io, await access.call("accountDescribe", { email }), flags.yes === true))) return 1;
    const gone = await access.call("accountDelete", { email });
    if (flags.json === true) io.out(json(gone, 0));
    else io.out(`The user ${visible(gone.email)} is deleted.\n`);
    return 0;
  });
}

export function renderAccounts(accounts: readonly AccountInfo[], c: Colors): string {
  const rows = accounts.map(({ email, admin, workspaces, tokens }) => [
    email,
    workspaces.map(({ slug, role }) => `${slug} (${role})`).join(", "),
    admin ? "administers" : "",
    String(tokens),
  ]);
  return table(["E-MAIL", "WORKSPACES", "INSTANCE", "TOKENS"], rows, c, [3]);
}
