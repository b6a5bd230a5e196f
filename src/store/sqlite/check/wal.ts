import { closeSync, existsSync, fstatSync, openSync } from "node:fs";
import { readFully } from "../backup/tar.ts";

const HEADER = 32;
const FRAME_HEADER = 24;
const MAGIC = 0x377f0682;

/** What is in a write-ahead log, frame by frame (SQLite's file format, section 4). */
interface WalState {
  readonly frames: number;
  /** Frames that belong to the log now and hold, up to the first that does not. */
  readonly sound: number;
  /** Transactions that end in frames after the first damaged one. SQLite leaves them out without a word. */
  readonly lostCommits: number;
  /** Numbers (from 1) of the pages that its whole transactions hold: SQLite reads these here and not in the file. */
  readonly held: ReadonlySet<number>;
}

/**
 * Reads a database's write-ahead log without SQLite, which takes the first frame with a wrong checksum for the end of
 * the log, whether a power cut left it or damage did. A power cut leaves at most the one transaction that was being
 * written; a second one behind a damaged frame had been synced, so its loss is damage.
 * @returns null: there is none, or it is empty
 */
export function readWal(path: string): WalState | null {
  if (!existsSync(path)) return null;
  const fd = openSync(path, "r");
  try {
    const { size } = fstatSync(fd);
    if (size < HEADER) return null;
    const header = Buffer.alloc(HEADER);
    readFully(fd, header, 0);
    return readFrames(fd, size, header);
  } finally {
    closeSync(fd);
  }
}

function readFrames(fd: number, size: number, header: Buffer): WalState {
  const magic = header.readUInt32BE(0);
  const pageSize = header.readUInt32BE(8);
  const bigEndian = (magic & 1) === 1;
  let sum: Sum = checksum(header.subarray(0, 24), [0, 0], bigEndian);
  const good = (magic & ~1) === MAGIC && sum[0] === header.readUInt32BE(24) && sum[1] === header.readUInt32BE(28);
  const frameSize = FRAME_HEADER + (pageSize >= 512 && pageSize <= 65536 ? pageSize : 4096);
  const frames = Math.floor((size - HEADER) / frameSize);
  const frame = Buffer.alloc(frameSize);
  // where the header is damaged, the first frame tells which frames belong together
  const salts = Buffer.from(header.subarray(16, 24));
  if (!good) readFully(fd, salts, HEADER + 8);
  let sound = 0;
  let broken = !good;
  let lostCommits = 0;
  const held = new Set<number>();
  let open: number[] = []; // pages of the transaction that has not ended yet
  for (let i = 0; i < frames; i++) {
    readFully(fd, frame, HEADER + i * frameSize);
    if (frame.compare(salts, 0, 8, 8, 16) !== 0) {
      if (!broken) break; // left from before the log began anew
      continue;
    }
    if (!broken) {
      sum = checksum(frame.subarray(0, 8), sum, bigEndian);
      sum = checksum(frame.subarray(FRAME_HEADER), sum, bigEndian);
      if (sum[0] === frame.readUInt32BE(16) && sum[1] === frame.readUInt32BE(20)) {
        sound++;
        open.push(frame.readUInt32BE(0));
        if (isLast(frame)) {
          for (const page of open) held.add(page);
          open = [];
        }
        continue;
      }
      broken = true;
    }
    if (isLast(frame)) lostCommits++;
  }
  return { frames, sound, lostCommits, held };
}

/** Whether a transaction ends with it: only such a frame tells how many pages the database has. */
function isLast(frame: Buffer): boolean {
  return frame.readUInt32BE(4) !== 0;
}

type Sum = readonly [number, number];
/** SQLite's checksum of words, two at a time, going on from another sum. */
function checksum(data: Buffer, from: Sum, bigEndian: boolean): Sum {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  let [a, b] = from;
  for (let i = 0; i + 8 <= data.length; i += 8) {
    a = (a + view.getUint32(i, !bigEndian) + b) >>> 0;
    b = (b + view.getUint32(i + 4, !bigEndian) + a) >>> 0;
  }
  return [a, b];
}

/** Whether commits that had been acknowledged are lost in it. */
export function walIsDamaged(wal: WalState | null): wal is WalState {
  return wal !== null && wal.lostCommits >= 2;
}

/** What is wrong with the write-ahead log of a database that nobody has open; null: nothing, or there is none. */
export function walProblem(database: string): string | null {
  const wal = readWal(`${database}-wal`);
  if (!walIsDamaged(wal)) return null;
  return `frame ${wal.sound + 1} of ${wal.frames} of its write-ahead log is damaged, so ${wal.lostCommits} commits would be lost`;
}
