import type { Document } from "yaml";
import type { z } from "zod";
import { errorText, Refusal } from "../base/errors.ts";
import { near } from "../base/suggest.ts";
import {
  type Config,
  listSettings,
  SETTINGS,
  type SettingKey,
  type SettingInForce,
  type SettingSource,
} from "./settings.ts";

/** A value as it was given, and the name by which the person gave it. */
interface Given {
  readonly name: string;
  readonly value: unknown;
}
type Source = Map<SettingKey, Given>;

/** Flags as a command line parser hands them over: by the setting's key (`maxPacket`), undefined where not given. */
export type Flags = Readonly<Record<string, unknown>>;
export type Environment = Readonly<Record<string, string | undefined>>;
const ENV_PREFIX = "FIELDCAST_";
/** Names in the environment that are not settings: the file itself, what client commands use, and the test runner's. */
const OTHER_ENV = /^FIELDCAST_(?:CONFIG|TOKEN|URL|TEST_\w+|BENCH_\w+)$/;

/**
 * The settings from, in this order, flags, environment (`FIELDCAST_*`), file (`--config` or `FIELDCAST_CONFIG`, YAML) and
 * defaults: the first that names a setting decides. An environment variable that is empty counts as not given.
 *
 * @param readFile the text of a file, or throws
 * @param terminal whether the log goes to a terminal (decides what log format `auto` means)
 * @returns one deeply frozen value
 * @throws Refusal invalid_config: one line that names the flag, variable or file key and says what is allowed
 */
export function loadConfig(
  flags: Flags,
  env: Environment,
  readFile: (file: string) => string,
  terminal = false,
): Config {
  const sources = sourcesOf(flags, env, readFile);
  const values = new Map<SettingKey, unknown>();
  const names = new Map<SettingKey, string>();
  for (const { key, flag } of listSettings()) {
    const given = sources.find((source) => source.has(key))?.get(key);
    names.set(key, given?.name ?? flag);
    const value = given === undefined ? SETTINGS[key].fallback : given.value;
    values.set(key, value === null && given === undefined ? null : check(key, given?.name ?? flag, value));
  }
  // a default never stands in the way of what was said
  if (!sources.some((source) => source.has("maxPacketBeforeLogin")))
    values.set(
      "maxPacketBeforeLogin",
      Math.min(Number(values.get("maxPacketBeforeLogin")), Number(values.get("maxPacket"))),
    );
  if (values.get("logFormat") === "auto") values.set("logFormat", terminal ? "pretty" : "json");
  // every key of Config was set above, to what its schema made of it
  const config = Object.fromEntries(values) as unknown as Config;
  checkTogether(config, (key) => names.get(key) ?? key);
  return deepFreeze(config);
}

/**
 * The settings in force and where each comes from, as `loadConfig` decides; secrets are left out.
 * @throws Refusal invalid_config
 */
export function settingsInForce(
  flags: Flags,
  env: Environment,
  readFile: (file: string) => string,
): readonly SettingInForce[] {
  const sources = sourcesOf(flags, env, readFile);
  return listSettings().map(({ key, flag: name, group, description, default: fallback }) => {
    const at = sources.findIndex((source) => source.has(key));
    const given = sources[at]?.get(key)?.value;
    const text = given === undefined ? fallback : Array.isArray(given) ? given.join(" ") : String(given);
    const value = text === "" || "secret" in SETTINGS[key] ? null : text;
    return { name, group, value, default: fallback, source: SOURCES[at] ?? "default", description };
  });
}
const SOURCES: readonly SettingSource[] = ["flag", "environment", "file"];

/** What was given, by where it was given, in the order in which that decides. */
function sourcesOf(flags: Flags, env: Environment, readFile: (file: string) => string): readonly Source[] {
  const { config: configFlag, ...settingFlags } = flags;
  const configFile = configFlag ?? (env[`${ENV_PREFIX}CONFIG`] || undefined);
  return [
    fromFlags(settingFlags),
    fromEnvironment(env),
    configFile === undefined ? new Map() : fromFile(String(configFile), readFile),
  ];
}

function fromFlags(flags: Flags): Source {
  const source: Source = new Map();
  const all = listSettings();
  for (const [name, value] of Object.entries(flags)) {
    if (value === undefined) continue;
    const info = all.find(({ key }) => key === name);
    const shown = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (info === undefined)
      throw unknown(
        shown,
        "flag",
        all.map(({ flag }) => flag),
      );
    source.set(info.key, { name: info.flag, value });
  }
  return source;
}

function fromEnvironment(env: Environment): Source {
  const source: Source = new Map();
  const all = listSettings();
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith(ENV_PREFIX) || OTHER_ENV.test(name) || value === undefined || value === "") continue;
    const info = all.find((each) => each.env === name);
    if (info === undefined)
      throw unknown(
        name,
        "environment variable",
        all.map((each) => each.env),
      );
    source.set(info.key, { name, value });
  }
  return source;
}

function fromFile(file: string, readFile: (file: string) => string): Source {
  let text: string;
  try {
    text = readFile(file);
  } catch (error) {
    throw new Refusal("invalid_config", `${file}: the settings file cannot be read (${oneLine(error)})`);
  }
  // loaded only when there is a file: a start without one is the common one, and quicker
  const { parseDocument } = require("yaml") as typeof import("yaml");
  const document = parseDocument(text);
  const problem = document.errors[0];
  if (problem !== undefined) throw new Refusal("invalid_config", `${file}: not valid YAML: ${oneLine(problem)}`);
  // a Map, so that a key like __proto__ is a key like any other
  const content: unknown = toMap(document, file);
  const source: Source = new Map();
  if (content === null || content === undefined) return source; // an empty file
  if (!(content instanceof Map))
    throw new Refusal("invalid_config", `${file}: must hold one "setting: value" per line`);
  const all = listSettings();
  for (const [key, value] of content) {
    const info = all.find(({ fileKey }) => plain(fileKey) === plain(String(key)));
    if (info === undefined)
      throw unknown(
        `${file}: ${key}`,
        "setting",
        all.map(({ fileKey }) => fileKey),
        String(key),
      );
    if (source.has(info.key)) throw new Refusal("invalid_config", `${file}: ${key}: is given twice`);
    // `mqtt: off` is a word here, though YAML 1.1 parsers read it as false
    if (value !== null) source.set(info.key, { name: `${file}: ${key}`, value: value === false ? "off" : value });
  }
  return source;
}

function toMap(document: Document, file: string): unknown {
  try {
    return document.toJS({ mapAsMap: true, maxAliasCount: 0 });
  } catch (error) {
    throw new Refusal("invalid_config", `${file}: not valid YAML: ${oneLine(error)}`);
  }
}

/** `max-packet`, `max_packet` and `maxPacket` are the same setting in a file. */
function plain(key: string): string {
  return key.replace(/[-_]/g, "").toLowerCase();
}

function check(key: SettingKey, name: string, value: unknown): unknown {
  const { schema, value: form } = SETTINGS[key];
  const { error, data } = (schema as z.ZodType).safeParse(value); // one type for the union of all schemas
  if (error === undefined) return data;
  const [issue] = error.issues;
  const allowed = issue?.code === "custom" ? issue.message : `a plain value (${form})`;
  const given = "secret" in SETTINGS[key] ? "what was given" : show(value); // a password may be in it
  throw new Refusal("invalid_config", `${name}: ${given} is not allowed; it must be ${allowed}`);
}

/** The rules that concern several settings. */
function checkTogether(config: Config, name: (key: SettingKey) => string): void {
  if ((config.tlsCert === null) !== (config.tlsKey === null)) {
    const [given, absent] =
      config.tlsCert === null ? (["tlsKey", "tlsCert"] as const) : (["tlsCert", "tlsKey"] as const);
    const flag = listSettings().find(({ key }) => key === absent)?.flag;
    throw new Refusal("invalid_config", `${name(given)}: needs ${flag} as well`);
  }
  if (config.tlsClientCertificates === "required" && config.tlsClientCa === null)
    throw new Refusal("invalid_config", `${name("tlsClientCertificates")}: needs --tls-client-ca as well`);
  if (config.proxyProtocol.length > 0 && config.proxyFrom.length === 0)
    throw new Refusal(
      "invalid_config",
      `${name("proxyProtocol")}: needs --proxy-from as well: whose headers are believed`,
    );
  if (config.maxPacketBeforeLogin > config.maxPacket)
    throw new Refusal(
      "invalid_config",
      `${name("maxPacketBeforeLogin")}: ${config.maxPacketBeforeLogin} must not exceed ${name("maxPacket")}, ${config.maxPacket}`,
    );
  const taken = new Map<string, SettingKey>();
  for (const key of ["mqtt", "mqtts", "http", "https", "wss"] as const) {
    const at = config[key];
    if (at === null || at.port === 0) continue;
    const place = `${at.host.toLowerCase()} port ${at.port}`;
    const other = taken.get(place);
    if (other !== undefined)
      throw new Refusal(
        "invalid_config",
        `${name(key)}: ${place} is taken by ${name(other)}; give each listener its own`,
      );
    taken.set(place, key);
  }
}

function unknown(shown: string, kind: string, known: readonly string[], key = shown): Refusal {
  const guess = near(key, known);
  const hint = guess === null ? "fieldcast serve --help lists all of them" : `did you mean ${guess}?`;
  return new Refusal("invalid_config", `${printable(shown)}: there is no such ${kind}; ${hint}`);
}

function show(value: unknown): string {
  const text = typeof value === "string" ? `"${value}"` : value instanceof Map ? "a mapping" : JSON.stringify(value);
  return printable(text ?? String(value));
}

/** One line of at most 200 characters without control characters: it goes to a terminal. */
function printable(text: string): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "?");
  return clean.length > 200 ? `${clean.slice(0, 200)}…` : clean;
}

function oneLine(error: unknown): string {
  const message = errorText(error);
  return printable(message.split("\n")[0]?.replace(/:$/, "") ?? "");
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}
