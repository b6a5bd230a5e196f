import { createLog } from "../../base/log.ts";
import type { Config } from "../../config/settings.ts";
import type { ImportRow, Imported } from "../../history/import.ts";
import { reach } from "../access.ts";
import { CommandError } from "../failure.ts";
import { serverSettings, whyNoData } from "../folder.ts";
import type { Io } from "../types.ts";

/** What takes the rows of an import. */
export interface Recorder {
  /** Resolves when the rows are stored, or known to be bad. @throws Refusal storage_unavailable, CommandError */
  record(rows: readonly ImportRow[]): Promise<Imported>;
  close(): Promise<void>;
}

/** The server that runs on the data folder; without one, a server without listeners for as long as the import takes. */
export async function openRecorder(
  io: Io,
  folder: string,
  flags: Readonly<Record<string, unknown>>,
): Promise<Recorder> {
  const online = await reach(folder, { offline: false });
  if (online) return { record: (rows) => online.call("importRows", { rows }), close: () => online.close() };
  const settings = serverSettings(io, flags);
  const why = settings.store === null ? whyNoData(folder) : null;
  if (why !== null) throw new CommandError(why);
  const { startServer } = await import("../../app.ts");
  const log = createLog({ level: "warn", format: "pretty", stream: { write: (text) => io.err(text) }, color: false });
  const server = await startServer({
    config: withoutListeners(settings),
    log,
    headless: true,
  });
  return {
    record: (rows) => server.control.importRows({ rows }),
    close: () => server.stop("the import has ended"),
  };
}

function withoutListeners(config: Config): Config {
  return { ...config, apply: null, anonymous: null, mqtt: null, mqtts: null, http: null, https: null, wss: null };
}
