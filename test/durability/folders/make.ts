/**
 * Keeps a data folder as the code of today writes it: `bun test/durability/folders/make.ts NAME` (two minutes) writes NAME.tar.gz and
 * NAME.json beside this file. Done when the form of what is stored changes; what is there already is never made anew.
 */
import { copyFileSync, cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "../../run/server.ts";
import { until } from "../../run/until.ts";
import {
  ALL,
  answersOf,
  FLAGS,
  FLEET,
  leaveSessions,
  people,
  peopleOf,
  record,
  recordAged,
  recordMuch,
  SEALED,
  waitingOf,
} from "./content.ts";

const [name = ""] = process.argv.slice(2);
const target = join(import.meta.dir, name);
if (!/^[\w-]+$/.test(name) || existsSync(`${target}.tar.gz`))
  throw new Error("say the name of a folder that is not there yet");
const root = mkdtempSync(join(tmpdir(), "fieldcast-folder-"));
const data = join(root, "data");
const server = await startServer({ data, fleet: FLEET, flags: FLAGS });
await record(server, 0, SEALED);
await recordAged(server);
await recordMuch(server);
// the last record of the log stays in it, so it is a small one
await record(server, SEALED - 1, SEALED);
await server.restart();
// the log of before a restart is sealed a minute after it
await until(
  "the log to be sealed",
  async () => {
    const { store } = (await server.operation("storeStats", { top: 0 })) as { store: { logRows: number } };
    await Bun.sleep(1000);
    return store.logRows < 20;
  },
  120_000,
);
await server.operation("storeSweep");
await until(
  "the sweep",
  async () => {
    const { all } = (await server.operation("storeStats", { top: 0 })) as { all: { going: { measurements: number } } };
    return all.going.measurements === 0;
  },
  60_000,
);
await record(server, SEALED, ALL);
await leaveSessions(server);
await people(server);
const answers = await answersOf(server);
await server.stop();
const kept = join(root, "kept", name);
cpSync(data, kept, { recursive: true });
await server.restart();
const after = { people: await peopleOf(server), waiting: await waitingOf(server) };
await server.stop();
const tar = Bun.spawnSync(["tar", "czf", join(root, "made.tar.gz"), "-C", join(root, "kept"), name]);
if (tar.exitCode !== 0) throw new Error(tar.stderr.toString());
copyFileSync(join(root, "made.tar.gz"), `${target}.tar.gz`);
writeFileSync(`${target}.json`, `${JSON.stringify({ answers, ...after })}\n`);
rmSync(root, { recursive: true });
