import { closeSync, fstatSync, openSync } from "node:fs";
import { basename } from "node:path";
import type { Work } from "../../work.ts";
import { type BackupFile, damagedBackup, MANIFEST, type Manifest, parseManifest } from "./manifest.ts";
import { afterEntry, entryBytes, readFully, readTarHeader } from "./tar.ts";

const MOST_MANIFEST = 1 << 20;
const PIECE = 1 << 20;

/**
 * Reads a backup from its first byte to its last, and compares every file in it with the manifest.
 * @param take gets the pieces of each file, in order
 * @throws Refusal damaged_store, newer_store; errors of fs; what `take` throws
 */
export async function readArchive(
  path: string,
  take: (name: BackupFile, piece: Uint8Array) => void,
  work: Work,
  phase: string,
): Promise<Manifest> {
  const fd = openSync(path, "r");
  try {
    const { size } = fstatSync(fd);
    const first = readTarHeader(fd, 0);
    if (first?.name !== MANIFEST || first.size > MOST_MANIFEST)
      throw new RangeError(`it does not begin with ${MANIFEST}`);
    const text = Buffer.alloc(first.size);
    if (readFully(fd, text, entryBytes(0)) < first.size) throw new RangeError("its end is missing");
    const manifest = parseManifest(path, text.toString("utf8"));
    let at = afterEntry(entryBytes(0), first.size);
    for (const { name, size: expected, sha256 } of manifest.files) {
      const entry = readTarHeader(fd, at);
      if (entry?.name !== name || entry.size !== expected) throw new RangeError(`${name} is not where it should be`);
      const from = entryBytes(at);
      const hash = new Bun.CryptoHasher("sha256");
      const buffer = new Uint8Array(PIECE);
      for (let n = 0; n < expected; ) {
        const piece = buffer.subarray(0, Math.min(PIECE, expected - n));
        if (readFully(fd, piece, from + n) < piece.length) throw new RangeError("its end is missing");
        hash.update(piece);
        take(name, piece);
        n += piece.length;
        if (work.due) await work.tell(phase, (from + n) / size);
      }
      if (hash.digest("hex") !== sha256) throw new RangeError(`${name} is damaged: its SHA-256 is not the one noted`);
      at = afterEntry(from, expected);
    }
    if (readTarHeader(fd, at) !== null) throw new RangeError("it holds more than its manifest names");
    return manifest;
  } catch (error) {
    throw error instanceof RangeError ? damagedBackup(path, error.message) : error;
  } finally {
    closeSync(fd);
  }
}

/** Reads a backup and throws the pieces away. @throws as readArchive */
export function verifyArchive(path: string, work: Work): Promise<Manifest> {
  return readArchive(path, () => {}, work, `verifying ${basename(path).replace(/\.partial$/, "")}`);
}
