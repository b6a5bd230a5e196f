import { mkdtempSync, rmSync, statfsSync, writeSync, openSync, closeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isCI } from "../run/have.ts";

/** A file system of few megabytes that can be filled to its last byte: a tmpfs, which only root may mount. */
export class SmallDisk {
  private constructor(
    /** Where it is mounted. */
    readonly folder: string,
    private readonly as: readonly string[],
  ) {}

  /**
   * Mounts one; null where neither this user nor a `sudo` that asks for nothing may.
   * @throws Error instead of null with CI=true, where nothing may be skipped
   */
  static mount(megabytes: number): SmallDisk | null {
    const folder = mkdtempSync(join(tmpdir(), "fieldcast-disk-"));
    const { uid, gid } = process.getuid ? { uid: process.getuid(), gid: process.getgid?.() ?? 0 } : { uid: 0, gid: 0 };
    const options = `size=${megabytes}m,mode=0700,uid=${uid},gid=${gid}`;
    for (const as of uid === 0 ? [[]] : [["sudo", "-n"]]) {
      const mount = [...as, "mount", "-t", "tmpfs", "-o", options, "tmpfs", folder];
      if (run(mount)) return new SmallDisk(folder, as);
    }
    rmSync(folder, { recursive: true });
    if (isCI()) throw new Error("no tmpfs can be mounted, and with CI=true no test may be skipped");
    return null;
  }
  private get filler(): string {
    return join(this.folder, "filler");
  }
  /** Takes all room that is left. */
  fill(): void {
    const file = openSync(this.filler, "a");
    try {
      for (let size = 1 << 20; size >= 512; ) {
        try {
          const taken = writeSync(file, new Uint8Array(size));
          if (taken < size) size >>= 1;
        } catch {
          size >>= 1; // ENOSPC: perhaps a smaller piece still fits
        }
      }
    } finally {
      closeSync(file);
    }
  }
  /** Bytes that are free. */
  get free(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    return bavail * bsize;
  }
  /** Gives back what `fill` took. */
  empty(): void {
    rmSync(this.filler, { force: true });
  }
  /** Whether it can only be read from now on, or written again; false: somebody has a file open for writing. */
  remount(as: "ro" | "rw"): boolean {
    return run([...this.as, "mount", "-o", `remount,${as}`, this.folder]);
  }
  unmount(): void {
    run([...this.as, "umount", this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function run(command: readonly string[]): boolean {
  try {
    return Bun.spawnSync([...command], { stdin: "ignore", timeout: 10_000 }).exitCode === 0;
  } catch {
    return false; // no such program
  }
}
