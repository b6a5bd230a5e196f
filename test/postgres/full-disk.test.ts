import { describe } from "bun:test";
import { fullDisk } from "../durability/full-disk.ts";
import { SmallDisk } from "../durability/small-disk.ts";
import { have } from "../run/have.ts";
import { startPostgres, type TestPostgres } from "../run/postgres.ts";
import { startServer } from "../run/server.ts";

const disk = have("postgresql") ? SmallDisk.mount(96) : null;

// its write-ahead log lies elsewhere: where that has no room left PostgreSQL ends itself, which is another test's (away)
describe.skipIf(disk === null)("6: the disk of PostgreSQL is full (53100)", () => {
  let postgres: TestPostgres | null = null;
  const start = async () => {
    postgres = await startPostgres({ autovacuum: "off" }, disk?.folder);
    return startServer({ flags: ["--store", postgres.address("full"), "--storage-grace", "2s"] });
  };
  fullDisk(disk, start, async () => {
    await postgres?.remove();
    disk?.unmount();
  });
});
