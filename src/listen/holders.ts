import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** A program that listens on a port. */
export interface Listener {
  /** As in the kernel's table: hexadecimal; all zeros are all interfaces. */
  readonly address: string;
  readonly v6: boolean;
  readonly port: number;
  readonly inode: string;
  /** Number of the user who opened it. */
  readonly uid: number;
}

/** The listeners in the text of /proc/net/tcp or tcp6. */
export function parseListeners(text: string, v6: boolean): Listener[] {
  return text
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [, local = "", , state, , , , uid = "", , inode = ""] = line.trim().split(/\s+/);
      const [address = "", port = ""] = local.split(":");
      return state === LISTEN ? [{ address, v6, port: Number.parseInt(port, 16), inode, uid: Number(uid) }] : [];
    });
}
const LISTEN = "0A";

/** Whether listening on `host` collides with it: the same address, or one of the two is all interfaces. */
export function collides(host: string, listener: Listener): boolean {
  const everywhere = /^0+$/.test(listener.address);
  if (everywhere || host === "::" || host === "0.0.0.0") return true;
  const named = NAMED.get(host.toLowerCase()) ?? [hexAddress(host)];
  return named.includes(listener.address.toUpperCase());
}
const V4_LOOPBACK = "0100007F";
const V6_LOOPBACK = "00000000000000000000000001000000";
const NAMED = new Map([
  ["localhost", [V4_LOOPBACK, V6_LOOPBACK]],
  ["::1", [V6_LOOPBACK]],
]);
/** An IPv4 address as the kernel writes it on little-endian machines; "" for others. */
function hexAddress(host: string): string {
  const parts = host.split(".").map(Number);
  if (parts.length !== 4 || parts.some((n) => !Number.isInteger(n) || n < 0 || n > 255)) return "";
  return parts
    .reverse()
    .map((n) => n.toString(16).padStart(2, "0"))
    .join("")
    .toUpperCase();
}

/** What the system says about listening programs; null where it does not tell (not Linux). */
export function systemListeners(): Listener[] | null {
  const found: Listener[] = [];
  let told = false;
  for (const [file, v6] of [
    ["/proc/net/tcp", false],
    ["/proc/net/tcp6", true],
  ] as const) {
    try {
      found.push(...parseListeners(readFileSync(file, "utf8"), v6));
      told = true;
    } catch {
      // a system without it
    }
  }
  return told ? found : null;
}

/** The program behind a socket, e.g. `mosquitto (pid 12)`; null when it belongs to somebody else. */
export function ownerOf(inode: string): { readonly pid: number; readonly name: string } | null {
  for (const pid of safely(() => readdirSync("/proc"), [])) {
    if (!/^\d+$/.test(pid)) continue;
    for (const fd of safely(() => readdirSync(`/proc/${pid}/fd`), [])) {
      if (safely(() => readlinkSync(`/proc/${pid}/fd/${fd}`), "") !== `socket:[${inode}]`) continue;
      const words = safely(() => readFileSync(`/proc/${pid}/cmdline`, "utf8"), "").split("\0");
      const program = words.some((word) => word.endsWith("cli/main.ts")) ? "fieldcast" : basename(words[0] ?? "?");
      return { pid: Number(pid), name: program };
    }
  }
  return null;
}
function basename(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1) || "?";
}
function safely<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

/** The name of a user of this machine; its number where the system has none. */
function userName(uid: number): string {
  const lines = safely(() => readFileSync("/etc/passwd", "utf8"), "").split("\n");
  return lines.find((line) => line.split(":")[2] === String(uid))?.split(":", 1)[0] ?? String(uid);
}

/** Who has a port, for a sentence: the program where the system tells, otherwise its user. */
export function holderOf(listener: Listener): string {
  const owner = ownerOf(listener.inode);
  if (owner !== null) return `${owner.name} (process ${owner.pid})`;
  return `a program of the user ${userName(listener.uid)}`;
}
