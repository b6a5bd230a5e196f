import { closeSync, fsyncSync, openSync } from "node:fs";

/** Makes a file, or the names in a folder, durable. @throws errors of fs */
export function syncPath(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
