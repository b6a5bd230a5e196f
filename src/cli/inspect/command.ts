import { follow } from "../following.ts";
import { ago } from "../numbers.ts";
import type { Io } from "../types.ts";
import { renderEvent } from "./render.ts";

/** `inspect [--device P/D] [--account N] [--kind K] [--since 10m]`: events, and those to come; until Ctrl-C. */
export async function inspect(io: Io, _args: readonly string[], flags: Readonly<Record<string, unknown>>) {
  const { device, account, kind } = flags;
  const wish = {
    since: ago("--since", String(flags.since ?? "10m"), Date.now()),
    ...(device !== undefined && { device: String(device) }),
    ...(account !== undefined && { account: String(account) }),
    ...(kind !== undefined && { kind: String(kind) }),
  };
  return follow(io, flags, "inspect", wish, renderEvent);
}
