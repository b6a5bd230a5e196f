import { mkdirSync } from "node:fs";
import { errorText, Refusal } from "../base/errors.ts";
import { maintenanceOf } from "../store/open.ts";
import type { StoreLock } from "../store/ports.ts";

/** Takes the data folder, and makes it when it is not there. @throws Refusal invalid_config */
export function lockOf(folder: string, undo: (() => unknown)[]): StoreLock {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const why =
      error instanceof Error && "code" in error && error.code === "EEXIST" ? "it is a file" : errorText(error);
    throw new Refusal("invalid_config", `--data ${folder}: the folder cannot be made: ${why}`);
  }
  const maintenance = maintenanceOf(folder);
  const lock = maintenance.lock();
  if (!lock)
    throw new Refusal("invalid_config", `--data ${folder}: another fieldcast uses this folder${maintenance.holder()}`);
  undo.push(() => lock.release());
  return lock;
}
