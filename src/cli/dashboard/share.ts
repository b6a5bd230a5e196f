import { LONGEST_SHARE, SHORTEST_SHARE } from "../../admin/dashboard-values.ts";
import { firstLine, whole } from "../account/link.ts";
import { withAccess } from "../access.ts";
import { UsageError } from "../failure.ts";
import { serverSettings } from "../folder.ts";
import { momentToCome } from "../numbers.ts";
import { type Args, type Flags, given, on, say, show } from "../results.ts";
import { tellOnce } from "../secrets.ts";
import { json, shellWord, visible } from "../text.ts";
import type { Io } from "../types.ts";

/** `dashboard share …`: see register.ts. */

const HEAD = ["NUMBER", "NAME", "DEVICE", "SHARED BY", "PASSWORD", "STATE", "EXPIRES", "LAST USED"];
const which = (dashboard: string, flags: Flags) => ({ dashboard, ...given(flags, "workspace") });

export const list = (io: Io, [dashboard = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const all = await access.call("dashboardShareList", which(dashboard, flags));
    const rows = all.map((one) => [
      ...[`#${one.share}`, one.name, one.device, one.account ?? "the command line", one.password ? "yes" : "no"],
      ...[one.state, one.expires ?? "never", one.last_used ?? "never"],
    ]);
    return show(io, flags, all, HEAD, rows, "No links show this dashboard.");
  });

/** The link alone goes to stdout, so that scripts can take it. */
export async function create(io: Io, [dashboard = ""]: Args, flags: Flags): Promise<number> {
  const config = serverSettings(io, flags);
  const { passwordFile, expires } = flags;
  const wish = {
    ...which(dashboard, flags),
    ...given(flags, "name", "device"),
    ...(passwordFile !== undefined && { password: await passwordFrom(io, String(passwordFile)) }),
    ...(expires !== undefined && { expires_in: secondsUntil(String(expires)) }),
  };
  const made = await withAccess(config, {}, async (access) => {
    const { link, ...rest } = await access.call("dashboardShareCreate", wish);
    return { ...rest, link: await whole(access, link, config) };
  });
  const lost = `nobody has seen the new link: fieldcast dashboard share revoke ${shellWord(dashboard)} ${made.share}, and make another`;
  if (flags.json === true) await tellOnce(io, json(made), lost);
  else {
    const until = made.expires === null ? "until it is revoked" : `until ${made.expires}`;
    const asks = made.password ? " and knows the password" : "";
    if (made.link.startsWith("/"))
      io.err("No listener for browsers is known here: put the address of the server in front, as https://HOST:PORT.\n");
    io.err(`Link #${made.share}: whoever has it${asks} sees the dashboard, ${until}; it is not shown again:\n`);
    await tellOnce(io, `${visible(made.link)}\n`, lost);
  }
  return 0;
}
/** @throws UsageError: an empty file is no wish for a link without one */
async function passwordFrom(io: Io, file: string): Promise<string> {
  const password = await firstLine(io, file);
  if (password !== "") return password;
  throw new UsageError(`--password-file: the first line of ${file} is empty`);
}
/** @returns null: until it is revoked @throws UsageError */
function secondsUntil(text: string): number | null {
  if (text === "never") return null;
  const now = Date.now();
  const seconds = Math.round((momentToCome("--expires", text, now) - now * 1000) / 1e6);
  if (seconds >= SHORTEST_SHARE && seconds <= LONGEST_SHARE) return seconds;
  throw new UsageError(
    `--expires: "${text}" is not allowed; a link works for a minute at least, and for ${LONGEST_SHARE / 86_400} days at most, or until it is revoked: never`,
  );
}

export const revoke = (io: Io, [dashboard = "", share = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const gone = await access.call("dashboardShareRevoke", { ...which(dashboard, flags), share });
    const name = gone.name === null ? "" : ` (${visible(gone.name)})`;
    return say(io, flags, gone, `Link #${gone.share}${name} is revoked.`);
  });
