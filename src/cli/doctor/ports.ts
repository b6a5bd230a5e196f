import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { Config } from "../../config/settings.ts";
import type { ServerInfo } from "../types.ts";
import { type Check, fail, ok, warn } from "./check.ts";

/** A program that listens on a port. */
export interface Listener {
  /** As in the kernel's table: hexadecimal; all zeros are all interfaces. */
  readonly address: string;
  readonly v6: boolean;
  readonly port: number;
  readonly inode: string;
}

/** The listeners in the text of /proc/net/tcp or tcp6. */
export function parseListeners(text: string, v6: boolean): Listener[] {
  return text
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
      const [address = "", port = ""] = local.split(":");
      return state === LISTEN ? [{ address, v6, port: Number.parseInt(port, 16), inode }] : [];
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

/** Whether somebody answers on a port; for systems that do not list their listeners. */
async function answers(host: string, port: number): Promise<boolean> {
  try {
    const hostname = host === "::" || host === "0.0.0.0" ? "127.0.0.1" : host;
    const socket = await Bun.connect({ hostname, port, socket: { data() {}, error() {} } });
    socket.terminate();
    return true;
  } catch {
    return false;
  }
}

/**
 * Each listener of the settings: free, or taken by whom. While the server of this folder runs, its own listeners are
 * what counts: it may have been started with other flags.
 * @param info what the server on this data folder says; null when none runs
 */
export async function checkPorts(
  config: Pick<Config, "mqtt" | "mqtts" | "http" | "https" | "wss">,
  info: ServerInfo | null,
  listeners: readonly Listener[] | null,
): Promise<Check[]> {
  const checks: Check[] = [];
  for (const name of ["mqtt", "mqtts", "http", "https", "wss"] as const) {
    const what = `port ${name}`;
    if (info !== null) {
      const own = info.addresses.find((address) => address.name === name);
      checks.push(ok(what, own ? `${shown(own)}: the server of this data folder listens` : "switched off"));
      continue;
    }
    const at = config[name];
    if (at === null) {
      checks.push(ok(what, "switched off"));
      continue;
    }
    const place = shown(at);
    if (at.port === 0) checks.push(ok(what, `${place}: the system chooses`));
    else checks.push(await checkPort(name, place, at, listeners));
  }
  return checks;
}

function shown({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

async function checkPort(
  name: string,
  place: string,
  at: { readonly host: string; readonly port: number },
  listeners: readonly Listener[] | null,
): Promise<Check> {
  const what = `port ${name}`;
  const other = listeners?.find((one) => one.port === at.port && collides(at.host, one));
  if (other === undefined && (listeners !== null || !(await answers(at.host, at.port)))) {
    if (at.port < 1024 && process.getuid?.() !== 0)
      return warn(what, `${place}: free, but ports below 1024 may need rights`, `choose another with --${name}`);
    return ok(what, `${place}: free`);
  }
  const owner = other === undefined ? null : ownerOf(other.inode);
  const who = owner === null ? "another program" : `${owner.name} (pid ${owner.pid})`;
  const mend =
    owner?.name === "fieldcast"
      ? `it is another fieldcast, on another data folder: stop it, or give --${name} another port`
      : `stop it, or choose another port: --${name} HOST:PORT, or --${name} off`;
  return fail(what, `${place}: taken by ${who}`, mend);
}
