import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { startServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { fullDisk } from "./full-disk.ts";
import { SmallDisk } from "./small-disk.ts";

const disk = SmallDisk.mount(64);

describe.skipIf(disk === null)("6: a full disk", () => {
  const of = fullDisk(disk, start, () => disk?.unmount());

  test("a start on a full disk says so in one line; afterwards everything is there", async () => {
    const server = of.server();
    await server.stop();
    disk?.fill();
    const failure = await server.restart().then(
      () => "it started",
      (error: unknown) => String(error),
    );
    disk?.empty();
    expect(failure).toMatch(/^fieldcast: .*data\/\w+\.db.*Make room in the data folder's file system.*$/m);
    expect(failure).not.toContain("    at ");
    await server.restart();
    expect(await of.stored("five-1")).toBe(1);
  });
});

async function start() {
  const data = join(disk?.folder ?? "", "data");
  const server = await startServer({ data, store: "folder", flags: ["--storage-grace", "2s"] });
  // the ballast that deletes and checkpoints need is laid down in the background
  await until("the ballast", () => Bun.file(join(server.data, "ballast")).exists());
  return server;
}
