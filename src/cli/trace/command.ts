import { linesFrom } from "../access.ts";
import { CommandError, UsageError } from "../failure.ts";
import { serverSettings } from "../folder.ts";
import { duration } from "../numbers.ts";
import { colors } from "../text.ts";
import type { Io } from "../types.ts";
import { MOST_SECONDS } from "./operation.ts";
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
  const { data } = serverSettings(io, flags);
  const stopped = new AbortController();
  const ignore = io.onSignal(() => stopped.abort());
  const c = colors(io.color);
  try {
    for await (const line of linesFrom(data, "trace", wish, stopped.signal))
      io.out(flags.json === true ? `${line}\n` : renderLine(line, c));
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
