import packageJson from "../../../package.json" with { type: "json" };
import { maintenanceOf } from "../../store/open.ts";
import type { BackupManifest } from "../../store/ports.ts";
import { serverSettings } from "../folder.ts";
import { json, plural, visible } from "../text.ts";
import type { Io } from "../types.ts";
import { long } from "./long.ts";

type Flags = Readonly<Record<string, unknown>>;

/** `backup FILE [--force]`: also while a server runs; the files are read beside it. */
export async function backup(io: Io, [file = ""]: readonly string[], flags: Flags): Promise<number> {
  const { data, store } = serverSettings(io, flags);
  const wish = {
    file,
    force: flags.force === true,
    version: packageJson.version,
    now: Date.now() * 1000,
  };
  const result = await long(io, "there is no backup", (work) => maintenanceOf(data, store).backup(wish, work));
  if ("code" in result) return result.code;
  const { done } = result;
  if (flags.json === true) io.out(json(done));
  else
    io.out(
      `${visible(done.file)}: ${plural(done.bytes, "byte")}, verified. It holds ${contents(done.manifest)}.\n` +
        "It also holds the keys of the local certificate authority and the digests of all tokens: keep it as safe as the data folder.\n",
    );
  return 0;
}

/** `restore FILE [--data DIR] [--force]`. */
export async function restore(io: Io, [file = ""]: readonly string[], flags: Flags): Promise<number> {
  const { data, store } = serverSettings(io, flags);
  const wish = { file, force: flags.force === true, now: Date.now() * 1000 };
  const result = await long(io, "nothing was changed", (work) => maintenanceOf(data, store).restore(wish, work));
  if ("code" in result) return result.code;
  const { folder, manifest, aside } = result.done;
  if (flags.json === true) {
    io.out(json(result.done));
    return 0;
  }
  io.out(`${visible(folder)} is what it was on ${manifest.time}: ${contents(manifest)}.\n`);
  if (aside !== null) io.out(`What was there before is in ${visible(aside)}.\n`);
  return 0;
}

function contents({ counts }: BackupManifest): string {
  const { devices, series, sealed, logRows, sessions } = counts;
  return [
    plural(devices, "device"),
    series === 1 ? "1 series" : `${series.toLocaleString("en-US")} series`,
    plural(sealed, "sealed measurement"),
    plural(logRows, "row").concat(" of the log"),
    plural(sessions, "session"),
  ].join(", ");
}
