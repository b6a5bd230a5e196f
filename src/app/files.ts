import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import type { Metrics } from "../base/metrics.ts";
import type { Log } from "../base/types.ts";
import type { Config } from "../config/settings.ts";
import type { Wire } from "../broker/wire.ts";

/** Files that are kept for what is no connection: stores, backups, the control socket, outgoing mail. */
const SPARE = 64;
/** Files that are held open so that there is something to let go of when there are no more. */
const RESERVE = 8;
/** How much of what there is HTTP may have. */
const HTTP_SHARE = 4;
const LEAST = 16;
/** How often the log says that there are no more files, ms. */
const TELL_MS = 60_000;
const NOTHING = "/dev/null";

interface ConnectionLimits {
  readonly maxConnections: number;
  readonly maxHttpConnections: number;
}

/** The files that this process may open, and has; null: the system does not tell. */
function systemFiles(): { readonly most: number; readonly open: number } | null {
  try {
    const most = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "latin1"))?.[1];
    return most === undefined ? null : { most: Number(most), open: readdirSync("/proc/self/fd").length };
  } catch {
    return null;
  }
}

/** The limits of connections, as far as there are files for them. */
export function withinFiles(
  limits: ConnectionLimits,
  files: { readonly most: number; readonly open: number } | null,
): ConnectionLimits {
  if (files === null) return limits;
  const sockets = Math.max(2 * LEAST, files.most - files.open - SPARE);
  const maxHttpConnections = Math.min(limits.maxHttpConnections, Math.max(LEAST, Math.floor(sockets / HTTP_SHARE)));
  return {
    maxConnections: Math.min(limits.maxConnections, sockets - maxHttpConnections),
    maxHttpConnections,
  };
}

/** The settings with limits of connections that there are files for. */
export function withFiles(config: Config): Config {
  return { ...config, ...withinFiles(config, systemFiles()) };
}
/** What is said behind the banner where there are files for few clients only: with more, who needs them all reads the log at `debug`. */
export function tellFewer(wished: ConnectionLimits, limits: ConnectionLimits, log: Log): string[] {
  const { maxConnections, maxHttpConnections } = limits;
  if (maxConnections === wished.maxConnections && maxHttpConnections === wished.maxHttpConnections) return [];
  log.debug({ maxConnections, maxHttpConnections }, "connections are as many as there are files for");
  if (maxConnections >= Math.min(FEW, wished.maxConnections)) return [];
  return [
    `up to ${maxConnections} clients can be connected at the same time, as this process may open few files; ` +
      "for more, start it after ulimit -n 65536 (in a systemd unit: LimitNOFILE=65536)",
  ];
}
/** Fewer clients than these somebody may soon have. */
const FEW = 2000;

/**
 * Notices that the process can open no more files. Until it can again, new MQTT connections are taken and closed at once:
 * one that cannot be taken would keep the listener asking for it all the time.
 */
export class OpenFiles {
  /** There are none left. */
  isFull = false;
  private reserve: number[] = [];
  private told = Number.NEGATIVE_INFINITY;

  /** @param open opens a file; throws when there is none left; @param now ms of a steady clock */
  constructor(
    private readonly metrics: Metrics,
    private readonly log: Log,
    private readonly now: () => number = () => performance.now(),
    private readonly open: () => number = () => openSync(NOTHING, "r"),
    private readonly close: (file: number) => void = closeSync,
  ) {}

  /** Call it at the start, and then about once a second. */
  tick(): void {
    try {
      while (this.reserve.length < RESERVE) this.reserve.push(this.open());
      this.close(this.open());
      if (this.isFull) this.log.warn({}, "there are files to open again; new connections are taken");
      this.isFull = false;
    } catch {
      this.letGo();
      if (!this.isFull) this.metrics.filesUsedUp++;
      this.isFull = true;
      if (this.now() - this.told < TELL_MS) return;
      this.told = this.now();
      this.log.warn(
        {},
        "no file is left to open: new connections are refused; let the process open more (ulimit -n, LimitNOFILE=), or lower --max-connections",
      );
    }
  }
  /** Whether a new stream cannot be had; it is closed then, which was counted. */
  refuses(wire: Pick<Wire, "terminate">): boolean {
    if (!this.isFull) return false;
    this.metrics.connectionRefused("open_files");
    wire.terminate();
    return true;
  }
  /** Lets go of what was kept back. */
  letGo(): void {
    for (const file of this.reserve.splice(0)) this.close(file);
  }
}
