import { plural } from "../../base/words.ts";
import { reach } from "../access.ts";
import { CommandError } from "../failure.ts";
import { serverSettings } from "../folder.ts";
import { type Flags, say } from "../results.ts";
import type { Io } from "../types.ts";

/** `health`: asks the server of the data folder itself, not a port. @throws CommandError when none runs, or it is not ready yet */
export async function health(io: Io, _args: readonly string[], flags: Flags): Promise<number> {
  const { data } = serverSettings(io, flags);
  const access = await reach(data, { offline: false });
  if (access === null) throw new CommandError(`no server runs on ${data}`);
  try {
    const info = await access.call("info");
    if (info === null) throw new CommandError(`the server on ${data} is not ready yet`);
    if (info.standby !== undefined)
      return say(io, flags, { status: "standby" }, `The server stands by${where(info.standby.address)}.`);
    return say(io, flags, { status: "ok" }, `The server is ready, with ${plural(info.addresses.length, "listener")}.`);
  } finally {
    await access.close();
  }
}

function where(active: string | undefined): string {
  return active === undefined ? "" : `; the one on ${active} is active`;
}
