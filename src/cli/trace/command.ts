import { UsageError } from "../failure.ts";
import { follow } from "../following.ts";
import { duration } from "../numbers.ts";
import type { Io } from "../types.ts";
import { MOST_SECONDS } from "../../admin/trace.ts";
import { renderLine } from "./render.ts";

const SECONDS = 60;

/** `trace --client ID|--account NAME|--remote ADDRESS [--for TIME] [--payload]`: until its time is over, or Ctrl-C. */
export async function trace(
  io: Io,
  _args: readonly string[],
  flags: Readonly<Record<string, unknown>>,
): Promise<number> {
  const { client, account, remote } = flags;
  if (client === undefined && account === undefined && remote === undefined)
    throw new UsageError("say whose packets: --client, --account or --remote");
  const wish = {
    seconds: duration("--for", flags.for, SECONDS, MOST_SECONDS),
    payload: flags.payload === true,
    ...(client !== undefined && { client: String(client) }),
    ...(account !== undefined && { account: String(account) }),
    ...(remote !== undefined && { remote: String(remote) }),
  };
  return follow(io, flags, "trace", wish, renderLine);
}
