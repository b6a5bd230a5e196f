import { closeSync, openSync, renameSync, rmSync, writeSync, fsyncSync } from "node:fs";
import type { Io } from "../types.ts";

/** Where an export goes. */
export interface Target {
  /** null: the output. */
  readonly name: string | null;
  readonly bytes: number;
  write(bytes: Uint8Array): Promise<void>;
  /** Everything was written. */
  finish(): Promise<void>;
  /** Nothing more comes: what is there is not whole, and goes. */
  abandon(): void;
}

/** Opens a file, or the output for `-`. @throws the system's error when the file cannot be made */
export function openTarget(io: Io, out: string): Target {
  return out === "-" ? new Output(io) : new File(out);
}

class Output implements Target {
  readonly name = null;
  bytes = 0;
  constructor(private readonly io: Io) {}
  async write(bytes: Uint8Array): Promise<void> {
    this.bytes += bytes.length;
    await this.io.write(bytes);
  }
  async finish(): Promise<void> {}
  abandon(): void {}
}

/** A file that has its name only when it is whole. */
class File implements Target {
  bytes = 0;
  private readonly part: string;
  private fd: number | null;
  constructor(readonly name: string) {
    this.part = `${name}.part`;
    // measurements are for their owner's eyes, like the data folder
    this.fd = openSync(this.part, "w", 0o600);
  }
  async write(bytes: Uint8Array): Promise<void> {
    const { fd } = this;
    if (fd === null) return;
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    this.bytes += bytes.length;
  }
  async finish(): Promise<void> {
    if (this.fd !== null) fsyncSync(this.fd);
    this.close();
    renameSync(this.part, this.name);
  }
  abandon(): void {
    this.close();
    rmSync(this.part, { force: true });
  }
  private close(): void {
    if (this.fd !== null) closeSync(this.fd);
    this.fd = null;
  }
}
