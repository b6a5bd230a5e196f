import { join } from "node:path";
import { errorText } from "../../base/errors.ts";
import type { Config } from "../../config/settings.ts";
import { reach } from "../access.ts";
import { serverSettings } from "../folder.ts";
import { colors, json } from "../text.ts";
import type { ServerInfo } from "../../admin/types.ts";
import type { Io } from "../types.ts";
import { checkCertificate } from "./certificate.ts";
import { type Check, fail, ok, renderChecks } from "./check.ts";
import { programName, typedHere } from "../name.ts";
import { checkDisk, checkModes, lastWrite } from "./folder.ts";
import { systemListeners } from "../../listen/holders.ts";
import { checkPorts } from "./ports.ts";
import { notedStore } from "../../store/note.ts";
import { checkStore } from "./store.ts";
import { checkTimes } from "./times.ts";
import { checkClock, checkOpenFiles, checkVersions, nodeVersion, readLimits } from "./system.ts";

/** `doctor`: exit code 1 when something is to be mended. Leaves nothing changed. */
export async function doctor(
  io: Io,
  _args: readonly string[],
  flags: Readonly<Record<string, unknown>>,
): Promise<number> {
  const config = serverSettings(io, flags);
  const checks = await examine(config, Date.now());
  const typed = typedHere(programName(io.env, process.cwd()), ["store"]);
  io.out(flags.json === true ? json(checks) : typed(renderChecks(checks, colors(io.color))));
  return checks.some((check) => check.level === "fail") ? 1 : 0;
}

async function examine(config: Config, now: number): Promise<Check[]> {
  const { check, info } = await server(config.data);
  return [
    check,
    ...(await checkPorts(config, info, systemListeners())),
    ...(await checkCertificate(config, join(config.data, "tls"), now)),
    checkClock(now, lastWrite(config.data)),
    ...(await checkTimes(config.data, config.store, now)),
    ...(await checkStore(config.store ?? notedStore(config.data), now, config)),
    ...checkDisk(config.data),
    ...checkModes(config.data, process.getuid?.()),
    checkOpenFiles(readLimits(), config.maxConnections + config.maxHttpConnections),
    ...checkVersions(Bun.version, nodeVersion()),
  ];
}

/** The server on the data folder, if there is one. */
async function server(folder: string): Promise<{ check: Check; info: ServerInfo | null }> {
  try {
    const access = await reach(folder, { offline: false });
    const info = (await access?.call("info")) ?? null;
    const text = info === null ? `none runs on ${folder}` : `runs on ${folder} (pid ${info.pid})`;
    return { check: ok("server", text), info };
  } catch (error) {
    const why = errorText(error);
    return { check: fail("server", why, "look at its log; stop it and start it again"), info: null };
  }
}
