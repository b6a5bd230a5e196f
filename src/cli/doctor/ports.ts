import type { Config } from "../../config/settings.ts";
import { collides, holderOf, type Listener, ownerOf } from "../../listen/holders.ts";
import type { ServerInfo } from "../../admin/types.ts";
import { type Check, fail, ok, warn } from "./check.ts";

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
  const who = other === undefined ? "another program" : holderOf(other);
  const mend =
    owner?.name === "fieldcast"
      ? `it is another fieldcast, on another data folder: stop it, or give --${name} another port`
      : `stop it, or choose another port: --${name} HOST:PORT, or --${name} off`;
  return fail(what, `${place}: taken by ${who}`, mend);
}
