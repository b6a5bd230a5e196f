import { loadConfig } from "../config/load.ts";
import type { Config } from "../config/settings.ts";
import type { Io } from "./types.ts";

/**
 * The server's settings as far as another command knows them: `--data` and `--config` of its flags, the environment,
 * the settings file.
 * @throws Refusal invalid_config
 */
export function serverSettings(io: Io, flags: Readonly<Record<string, unknown>>): Config {
  const { data, config } = flags;
  return loadConfig({ data, config }, io.env, io.readFile, io.errTerminal);
}
