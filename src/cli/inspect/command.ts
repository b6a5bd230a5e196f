import { linesFrom } from "../access.ts";
import { CommandError } from "../failure.ts";
import { serverSettings } from "../folder.ts";
import { ago } from "../numbers.ts";
import { colors } from "../text.ts";
import type { Io } from "../types.ts";
import { renderEvent } from "./render.ts";

/** `inspect [--device P/D] [--account N] [--kind K] [--since 10m]`: what came to the doors, and what comes; until Ctrl-C. */
export async function inspect(io: Io, _args: readonly string[], flags: Readonly<Record<string, unknown>>) {
  const { data } = serverSettings(io, flags);
  const { device, account, kind } = flags;
  const wish = {
    since: ago("--since", String(flags.since ?? "10m"), Date.now()),
    ...(device !== undefined && { device: String(device) }),
    ...(account !== undefined && { account: String(account) }),
    ...(kind !== undefined && { kind: String(kind) }),
  };
  const stopped = new AbortController();
  const ignore = io.onSignal(() => stopped.abort());
  const c = colors(io.color);
  try {
    for await (const line of linesFrom(data, "inspect", wish, stopped.signal))
      io.out(flags.json === true ? `${line}\n` : renderEvent(line, c));
  } catch (error) {
    if (!stopped.signal.aborted) throw ended(error);
  } finally {
    ignore();
  }
  return 0;
}

/** A stream that breaks off is the server's end. */
function ended(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? error.code : "";
  return code === "ECONNRESET" || code === "ConnectionClosed"
    ? new CommandError("the server has ended meanwhile")
    : error;
}
