import { z } from "zod";
import { Refusal } from "../../../base/errors.ts";
import { FLEET_STEPS } from "../fleet/migrations.ts";
import { MIGRATIONS } from "../data/schema.ts";

/** The form of the archive and of its manifest. */
export const BACKUP_FORMAT = 1;
export const MANIFEST = "manifest.json";
/** What a backup may hold besides the manifest; the first two are always there. */
export const BACKUP_FILES = [
  "fleet.db",
  "data.db",
  "tls/ca.pem",
  "tls/ca-key.pem",
  "tls/server.pem",
  "tls/server-key.pem",
] as const;
export type BackupFile = (typeof BACKUP_FILES)[number];

const whole = z.number().int().nonnegative();
const file = z.object({
  name: z.enum(BACKUP_FILES),
  size: whole,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** What stands first in a backup: what it holds, and from when it is. */
const manifestSchema = z.object({
  format: z.literal(BACKUP_FORMAT),
  /** The program that made it. */
  fieldcast: z.string(),
  /** The moment that it shows, ISO 8601. */
  time: z.iso.datetime(),
  /** Schema of data.db. */
  dataSchema: whole,
  /** The newest schema step of fleet.db. */
  fleetSchema: z.string(),
  counts: z.object({
    devices: whole,
    series: whole,
    /** Points in blocks. */
    sealed: whole,
    /** Rows in the log; some of them may be in blocks, too. */
    logRows: whole,
    sessions: whole,
    /** The number that the next row will get. */
    nextSeq: whole,
  }),
  files: z.array(file).min(2),
});
export type Manifest = z.output<typeof manifestSchema>;

/**
 * Reads a manifest.
 * @throws Refusal damaged_store: it is not one; newer_store: a newer program made the backup
 */
export function parseManifest(path: string, text: string): Manifest {
  let value: unknown = null;
  try {
    value = JSON.parse(text);
  } catch {
    throw damagedBackup(path, `its ${MANIFEST} is not JSON`);
  }
  const format = z.object({ format: z.number() }).safeParse(value);
  if (format.success && format.data.format > BACKUP_FORMAT)
    throw newerBackup(path, `its form is ${format.data.format}, this program knows ${BACKUP_FORMAT}`);
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) throw damagedBackup(path, `its ${MANIFEST} is not a backup's`);
  const { dataSchema, fleetSchema, files } = parsed.data;
  if (dataSchema > MIGRATIONS.length)
    throw newerBackup(path, `data.db has the schema ${dataSchema}, this program knows ${MIGRATIONS.length}`);
  if (!FLEET_STEPS.includes(fleetSchema))
    throw newerBackup(path, `fleet.db has the schema step "${fleetSchema}", which this program does not know`);
  const names = new Set<string>(files.map(({ name }) => name));
  if (names.size < files.length || !names.has("fleet.db") || !names.has("data.db"))
    throw damagedBackup(path, `its ${MANIFEST} does not name fleet.db and data.db once each`);
  return parsed.data;
}

export function damagedBackup(path: string, why: string): Refusal {
  return new Refusal("damaged_store", `${path} is not a sound backup: ${why}. Nothing was changed.`);
}
function newerBackup(path: string, why: string): Refusal {
  return new Refusal(
    "newer_store",
    `${path} was made by a newer version of this program: ${why}. Nothing was changed. Restore it with that version.`,
  );
}
