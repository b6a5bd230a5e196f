/**
 * Test files that are about the files of a data folder, and why they say nothing of PostgreSQL. `npm run test:postgres` leaves them out; what
 * there is of the same kind to promise with PostgreSQL is in test/postgres.
 */
export const OF_FOLDERS: Readonly<Record<string, string>> = {
  "test/cli/measurements.test.ts": "stops the server to repair and export files",
  "test/durability/backup.test.ts": "backups are made of files; those of PostgreSQL are its own",
  "test/durability/damage.test.ts": "damages files",
  "test/durability/everything.test.ts": "takes a backup to another folder",
  "test/durability/faults.test.ts":
    "makes single files of the folder fail; test/postgres/full-disk, /doubt and /server instead",
  "test/durability/old-folders.test.ts": "opens folders that older versions wrote",
  "test/durability/slow-disk.test.ts": "makes the disk of single files slow",
  "test/durability/storage.test.ts": "fills the disk of the folder; test/postgres/full-disk instead",
};
