import { errorText } from "../base/errors.ts";
import type { Config } from "../config/settings.ts";
import { type Access, noServer, reach } from "./access.ts";
import { CommandError, UsageError } from "./failure.ts";
import { serverSettings } from "./folder.ts";
import { type MqttUrl, parseMqttUrl } from "./mqtt-url.ts";
import type { ServerInfo } from "../admin/types.ts";
import type { Io } from "./types.ts";

/** The broker that a client command talks to, and how. */
export interface Broker {
  readonly url: MqttUrl;
  readonly token: string;
  /** PEM text; null: the authorities that the system trusts. */
  readonly ca: string | null;
  readonly config: Config;
  /** The server's operations, where it runs on this machine's data folder and was not named by an address. */
  readonly local: Access | null;
  /** Why it does not run there; null where it does, or where an address was given. */
  readonly absent: string | null;
}

/**
 * From `--url`, `--token`, `--cafile` and the environment; without an address the server of the data folder, plain
 * where it listens so, and otherwise with TLS and its own CA.
 * @throws UsageError, CommandError, Refusal: one line that says what is missing
 */
export async function findBroker(io: Io, flags: Readonly<Record<string, unknown>>): Promise<Broker> {
  const config = serverSettings(io, flags);
  const token = String(flags.token ?? io.env.FIELDCAST_TOKEN ?? "").trim();
  if (!/^[0-9a-f]{40}$/.test(token))
    throw new UsageError(
      token === ""
        ? "a token is needed: set FIELDCAST_TOKEN or give --token (fieldcast token create makes one)"
        : "this is not a token: it has 40 lower-case hexadecimal characters",
    );
  const given = flags.url ?? (io.env.FIELDCAST_URL || undefined);
  const cafile = flags.cafile;
  const ca = cafile === undefined ? null : readCa(io, String(cafile));
  if (given !== undefined) return { url: parseMqttUrl(String(given)), token, ca, config, local: null, absent: null };
  const local = await reach(config.data, { offline: false });
  const info = (await local?.call("info")) ?? null;
  const url = localUrl(config, info);
  const ownCa = url.secure && ca === null && info?.caFile ? readCa(io, info.caFile) : ca;
  return { url, token, ca: ownCa, config, local, absent: local === null ? absence(config.data) : null };
}

function absence(folder: string): string {
  return `${noServer(folder).message}; a server elsewhere is named with --url`;
}

function readCa(io: Io, file: string): string {
  try {
    return io.readFile(file);
  } catch (error) {
    throw new CommandError(`${file}: cannot be read (${errorText(error)})`);
  }
}

/** Where the server of the settings listens; what it says itself goes before what the settings say. */
function localUrl(config: Pick<Config, "mqtt" | "mqtts">, info: ServerInfo | null): MqttUrl {
  for (const name of ["mqtt", "mqtts"] as const) {
    const at = info === null ? config[name] : info.addresses.find((address) => address.name === name);
    if (at) return { host: reachable(at.host, name === "mqtts"), port: at.port, secure: name === "mqtts" };
  }
  throw new CommandError("the server of this data folder has no MQTT listener: name another with --url");
}

/** `localhost` is in the certificate that the server makes. */
function reachable(host: string, secure: boolean): string {
  if (host !== "::" && host !== "0.0.0.0") return host;
  return secure ? "localhost" : "127.0.0.1";
}
