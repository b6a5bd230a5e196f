import type { Database } from "bun:sqlite";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Upgrade, UpgradeStep } from "../ports.ts";
import { fleetSteps } from "./check/fleet.ts";
import { DATABASES } from "./check/check.ts";
import { hasWal, leaveNoTrace } from "./data/files.ts";
import { APPLICATION_ID, MIGRATIONS, schemaVersion } from "./data/schema.ts";
import { DATA_STEPS } from "./data/told.ts";
import { FLEET_MIGRATIONS, FLEET_STEPS } from "./fleet/migrations.ts";
import { openFrozen } from "./open.ts";
import { pragma } from "./backup/copy.ts";
import type { StepTold } from "./told.ts";

/** Bytes that are gone over in a second on a slow disk, as an SD card is: an estimate that is seldom too short. */
const BYTES_A_SECOND = 20_000_000;

/**
 * What the next opening of a data folder's files brings into the form of this program. Changes nothing.
 * @returns null: nothing; also when the opening will refuse a file, since it knows better what to say of it
 */
export function pendingUpgrade(folder: string): Upgrade | null {
  const [fleet, data] = [pending(folder, "fleet.db", fleetPending), pending(folder, "data.db", dataPending)];
  if (fleet === null || data === null || fleet.length + data.length === 0) return null;
  const steps = [...fleet, ...data];
  const files = DATABASES.flatMap((name) => [name, `${name}-wal`]).map((name) => join(folder, name));
  const bytes = files.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
  const over = steps.some(({ rewrites }) => rewrites) ? bytes : 0;
  return { steps, bytes, seconds: Math.ceil(over / BYTES_A_SECOND) };
}

/** Null: it is no file of this program, or a newer one wrote it. */
type Pending = readonly UpgradeStep[] | null;

function pending(folder: string, name: string, read: (db: Database) => Pending): Pending {
  const path = join(folder, name);
  if (!existsSync(path)) return [];
  const hadWal = hasWal(path);
  try {
    const db = openFrozen(path);
    try {
      return read(db);
    } finally {
      db.close();
    }
  } catch {
    return null;
  } finally {
    leaveNoTrace(path, hadWal);
  }
}

function fleetPending(db: Database): Pending {
  const known = fleetSteps(db);
  if (known.some((name) => !FLEET_STEPS.includes(name))) return null;
  const missing = FLEET_STEPS.filter((name) => !known.includes(name));
  return missing.map((name) => step(`fleet.db ${name}`, FLEET_MIGRATIONS[name]));
}

function dataPending(db: Database): Pending {
  const version = schemaVersion(db);
  // 0: a start was broken off before there was anything in it
  if (version === 0) return [];
  if (version > MIGRATIONS.length || pragma(db, "application_id") !== APPLICATION_ID) return null;
  return MIGRATIONS.slice(version).map((_, n) => step(`data.db ${version + n + 1}`, DATA_STEPS[version + n]));
}

function step(name: string, told: StepTold | undefined): UpgradeStep {
  return { name, does: told?.does ?? "", rewrites: told?.rewrites ?? false };
}
