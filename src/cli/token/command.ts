import { graceOf } from "../grace.ts";
import type { TokenInfo } from "../../fleet/service.ts";
import { withAccess } from "../access.ts";
import { serverSettings } from "../folder.ts";
import { momentToCome } from "../numbers.ts";
import { type Args, type Flags, on } from "../results.ts";
import { tellOnce } from "../secrets.ts";
import { type Colors, colors, json, utcTime, table, visible } from "../text.ts";
import type { Io } from "../types.ts";

/** `token create OWNER`: the token alone goes to stdout, so that scripts can take it. */
export async function create(io: Io, [owner = ""]: readonly string[], flags: Flags): Promise<number> {
  const settings = serverSettings(io, flags);
  const { name, expires } = flags;
  const input = {
    owner,
    ...(name !== undefined && { name }),
    ...(expires !== undefined && { expires: momentToCome("--expires", String(expires), Date.now()) }),
  };
  const made = await withAccess(settings, {}, (access) => access.call("tokenCreate", input));
  const { uid } = made.info;
  const lost = `nobody has seen the new token: fieldcast token revoke ${uid}, and make another`;
  if (flags.json === true) {
    await tellOnce(io, json({ ...tokenForm(made.info), secret: made.token }), lost);
    return 0;
  }
  const until = made.info.expires === null ? "" : `, valid until ${utcTime(made.info.expires)}`;
  io.err(`Token #${uid} of ${visible(made.info.owner)}${until}; it is not shown again:\n`);
  await tellOnce(io, `${made.token}\n`, lost);
  return 0;
}

/** As the API has it: `token` is its number, `secret` the token itself. */
function tokenForm({ uid, ...info }: TokenInfo) {
  return { token: uid, ...info };
}

/** `token list [OWNER]`. */
export async function list(io: Io, [owner]: readonly string[], flags: Flags): Promise<number> {
  const settings = serverSettings(io, flags);
  const tokens = await withAccess(settings, {}, (access) =>
    access.call("tokenList", owner === undefined ? {} : { owner }),
  );
  if (flags.json === true) io.out(json(tokens.map(tokenForm)));
  else if (tokens.length === 0) io.err("There are no tokens.\n");
  else io.out(renderTokens(tokens, colors(io.color), Date.now() * 1000));
  return 0;
}

/** `token revoke WHICH`. */
export async function revoke(io: Io, [which = ""]: readonly string[], flags: Flags): Promise<number> {
  const settings = serverSettings(io, flags);
  const info = await withAccess(settings, {}, (access) => access.call("tokenRevoke", { which }));
  if (flags.json === true) io.out(json(tokenForm(info)));
  else io.out(`Token #${info.uid} (…${visible(info.hint)}) of ${visible(info.owner)} is revoked.\n`);
  return 0;
}

/** `token rotate WHICH [--grace TIME] [--expires WHEN]`: the new token alone goes to stdout. */
export const rotate = (io: Io, [which = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const wish = {
      which,
      ...(flags.grace !== undefined && { graceSeconds: graceOf(String(flags.grace), "token") }),
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
/** @param now µs since the epoch */
export function renderTokens(tokens: readonly TokenInfo[], c: Colors, now: number): string {
  const rows = tokens.map((t) => [
    `#${t.uid}`,
    `…${t.hint}`,
    t.owner,
    t.name,
    utcTime(t.created),
    t.expires === null ? "never" : `${utcTime(t.expires)}${t.expires <= now ? " (over)" : ""}`,
  ]);
  return table(["NO.", "TOKEN", "OWNER", "NAME", "CREATED", "EXPIRES"], rows, c, [0]);
}
