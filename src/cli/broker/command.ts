import { confirmed } from "../confirm.ts";
import { readScript } from "../decoder/script.ts";
import { wholeNumber } from "../numbers.ts";
import { type Args, type Flags, given, on, say } from "../results.ts";
import { visible } from "../text.ts";
import type { Io } from "../types.ts";
import { which } from "./which.ts";

/** `broker create`, `update`, `pause`, `resume`, `delete`. */

export const create = (io: Io, [name = "", ...addresses]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const wish = { name, addresses, ...(await shapeOf(io, flags)), ...given(flags, "workspace", "account") };
    const made = await access.call("brokerCreate", wish);
    const next = `Say what is carried with: fieldcast broker forward|out|in ${JSON.stringify(made.name)} …`;
    return say(io, flags, made, `External broker ${visible(made.name)} is set up. ${visible(next)}`);
  });
export const update = (io: Io, [broker = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const addresses = Array.isArray(flags.address) ? { addresses: flags.address.map(String) } : {};
    const wish = {
      ...which(broker, flags),
      ...addresses,
      ...(await shapeOf(io, flags)),
      ...given(flags, "name", "account"),
    };
    const done = await access.call("brokerUpdate", wish);
    return say(io, flags, done, `External broker ${visible(done.name)} is changed.`);
  });
const paused = (broker: string, io: Io, flags: Flags, isPaused: boolean, says: string) =>
  on(io, flags, async (access) => {
    const done = await access.call("brokerPause", { ...which(broker, flags), paused: isPaused });
    return say(io, flags, done, `${visible(done.name)} ${says}.`);
  });
export const pause = (io: Io, [broker = ""]: Args, flags: Flags) =>
  paused(broker, io, flags, true, "is paused; what is to be sent waits, as far as the log goes");
export const resume = (io: Io, [broker = ""]: Args, flags: Flags) =>
  paused(broker, io, flags, false, "is connected again");
export const remove = (io: Io, [broker = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const { name, routes, lag_rows } = await access.call("brokerShow", which(broker, flags));
    const text = `External broker ${name} goes, with ${routes.length} routes, its log, and what was not sent yet (${lag_rows} rows behind).`;
    if (!(await confirmed(io, [text], flags.yes === true))) return 1;
    const gone = await access.call("brokerDelete", which(broker, flags));
    return say(io, flags, gone, `${visible(gone.name)}: deleted.`);
  });

/** What flags say of one; "" takes a value away. */
async function shapeOf(io: Io, flags: Flags): Promise<object> {
  const orNull = (text: string) => (text === "" ? null : text);
  const file = async (name: string) => {
    const path = flags[name];
    if (path === undefined) return undefined;
    return path === "" ? null : path === "-" ? await io.readStdin() : readScript(io, String(path));
  };
  const number = (name: string, most: number) =>
    flags[name] === undefined ? undefined : wholeNumber(`--${name}`, flags[name], 0, 0, most);
  const password = await file("passwordFile");
  const said = {
    ...given(flags, "protocol", "description"),
    username: flags.username === undefined ? undefined : orNull(String(flags.username)),
    server_name: flags.serverName === undefined ? undefined : orNull(String(flags.serverName)),
    client_id: flags.clientId,
    password: typeof password === "string" ? password.replace(/\r?\n$/, "") : password,
    ca: await file("ca"),
    certificate: await file("certificate"),
    key: await file("keyFile"),
    keep_alive: number("keepAlive", 65_535),
    session_expiry: number("sessionExpiry", 4_294_967_294),
    hops: number("hops", 100),
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}
