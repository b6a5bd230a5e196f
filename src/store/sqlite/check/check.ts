import type { CheckReport } from "../../ports.ts";
import type { Database } from "bun:sqlite";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { errorText } from "../../../base/errors.ts";
import { headerProblem } from "../data/files.ts";
import { openFrozen } from "../open.ts";
import type { Work } from "../../work.ts";
import { checkData } from "./data.ts";
import { Findings, nothingLooked } from "./findings.ts";
import { checkFleet } from "./fleet.ts";
import { isDamage } from "./scan.ts";
import { readWal, walIsDamaged } from "./wal.ts";

/** The two files. Data first: fleet.db is then never older than what data.db refers to (backup.ts). */
export const DATABASES = ["data.db", "fleet.db"] as const;

/**
 * Looks at both files of a data folder and changes nothing; also while a server runs on it.
 * @throws errors of reading that are no damage
 */
export async function checkFolder(folder: string, work: Work): Promise<CheckReport> {
  const findings = new Findings();
  const looked = nothingLooked();
  const files: { name: string; bytes: number }[] = [];
  let refers = { device: 0, field: 0 };
  for (const name of DATABASES) {
    const path = join(folder, name);
    if (!existsSync(path)) {
      if (existsSync(`${path}-wal`)) findings.wrong(`${name}: it is missing, but its ${name}-wal is there`);
      else findings.wrong(`${name}: it is missing`);
      continue;
    }
    for (const end of ["", "-wal"])
      if (existsSync(path + end)) files.push({ name: name + end, bytes: statSync(path + end).size });
    const db = openOrTell(path, (text) => findings.wrong(`${name}: ${text}`));
    if (db === null) continue;
    try {
      checkWal(name, path, findings);
      if (name === "data.db") refers = await checkData(db, findings, looked, work);
      else await checkFleet(db, refers, findings, looked, work);
    } finally {
      db.close();
    }
  }
  return { files, looked, damage: findings.damage, damaged: findings.count, notes: findings.notes };
}

/** Opens a file and begins a read transaction; null: that cannot be done, and `wrong` has heard why. */
function openOrTell(path: string, wrong: (text: string) => void): Database | null {
  const problem = headerProblem(path);
  if (problem !== null) {
    wrong(problem);
    return null;
  }
  try {
    return openFrozen(path);
  } catch (error) {
    if (!isDamage(error)) throw error;
    wrong(errorText(error));
    return null;
  }
}

/** Readings of a log that seems damaged: a server may be writing the very frame that was read. */
const READINGS = 3;

function checkWal(name: string, path: string, findings: Findings): void {
  let wal = readWal(`${path}-wal`);
  for (let again = 1; again < READINGS && walIsDamaged(wal); again++) wal = readWal(`${path}-wal`);
  if (wal === null || wal.lostCommits === 0) return;
  const where = `${name}-wal: frame ${wal.sound + 1} of ${wal.frames} is damaged`;
  if (walIsDamaged(wal)) findings.wrong(`${where}; ${wal.lostCommits} commits from there on are lost`);
  else findings.note(`${where}, the last commit: what a power cut or a kill leaves`);
}
