import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fieldcast, startServer } from "../run/server.ts";
import { answersOf, FLAGS, peopleOf, waitingOf } from "./folders/content.ts";

/**
 * Data folders that earlier code wrote (folders/make.ts) open as they did: what they answered is beside them. Each is opened as it is, from a
 * backup that the code of today makes of it, and from a salvage.
 */

const FOLDERS = join(import.meta.dir, "folders");
const NAMES = readdirSync(FOLDERS).flatMap((file) =>
  file.endsWith(".tar.gz") ? [file.slice(0, -".tar.gz".length)] : [],
);
const root = mkdtempSync(join(tmpdir(), "fieldcast-old-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function unpacked(name: string, as: string): string {
  const to = mkdtempSync(join(root, as));
  const tar = Bun.spawnSync(["tar", "xzf", join(FOLDERS, `${name}.tar.gz`), "-C", to]);
  if (tar.exitCode !== 0) throw new Error(tar.stderr.toString());
  return join(to, name);
}

/** What a server on the folder answers, and what its clients take; it is started twice, since the first start may change the form. */
async function found(data: string): Promise<unknown> {
  const server = await startServer({ data, fleet: null, flags: FLAGS });
  try {
    const answers = await answersOf(server);
    await server.restart();
    expect(await answersOf(server)).toEqual(answers);
    return { answers, people: await peopleOf(server), waiting: await waitingOf(server) };
  } finally {
    await server.remove();
  }
}

test("there are folders to open", () => expect(NAMES).toContain("2026-11"));

test.each(NAMES)("%s: everything in it is there", async (name) => {
  const kept: unknown = JSON.parse(readFileSync(join(FOLDERS, `${name}.json`), "utf8"));
  const data = unpacked(name, "as-it-is-");
  expect(await fieldcast(["store", "check", "--data", data])).toMatchObject({ code: 0 });
  expect(await found(data)).toEqual(kept);
});

test.each(NAMES)("%s: a backup and a salvage of it lose nothing", async (name) => {
  const kept: unknown = JSON.parse(readFileSync(join(FOLDERS, `${name}.json`), "utf8"));
  const data = unpacked(name, "copied-");
  const file = join(root, `${name}.tar`);
  expect(await fieldcast(["backup", file, "--data", data])).toMatchObject({ code: 0, err: "" });
  const restored = join(root, `${name}-restored`);
  expect(await fieldcast(["restore", file, "--data", restored])).toMatchObject({ code: 0, err: "" });
  expect(await found(restored)).toEqual(kept);
  const salvaged = join(root, `${name}-salvaged`);
  expect(await fieldcast(["store", "salvage", "--data", data, "--to", salvaged])).toMatchObject({ code: 0 });
  expect(await found(salvaged)).toEqual(kept);
});
