import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, prefixes, type Server, startProcess } from "./server.ts";

/** Where Debian puts it; /usr/sbin is not on everybody's PATH. */
function program(): string {
  const found = Bun.which("mosquitto") ?? (existsSync("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : undefined);
  if (!found) throw new Error("mosquitto is not installed (on Debian: apt install mosquitto)");
  return found;
}

/** Its WebSocket listener does not count as one for it, so it needs another, and minds its address only when told of IPv4. */
async function webListener(port: number): Promise<string[]> {
  const other = `listener ${await freePort()} 127.0.0.1`;
  return [other, `listener ${port} 127.0.0.1`, "protocol websockets", "socket_domain ipv4"];
}

/** The C broker: relays without login and without storing, and none of its default limits holds it back. */
export const mosquitto: Server = {
  name: "mosquitto",
  describe: () => {
    const help = Bun.spawnSync([program(), "-h"]).stdout.toString();
    return `mosquitto ${/version (\S+)/.exec(help)?.[1] ?? "of unknown version"}`;
  },
  start: async (folder, needs, certificate) => {
    const port = await freePort();
    const config = join(folder, "mosquitto.conf");
    const lines = [
      ...(needs.transport === "websocket" ? await webListener(port) : [`listener ${port} 127.0.0.1`]),
      "allow_anonymous true",
      "persistence false",
      "log_type none",
      "log_dest none",
      "set_tcp_nodelay true",
      "max_inflight_messages 0",
      "max_queued_messages 1000000",
      "max_queued_bytes 0",
      "max_connections -1",
    ];
    if (process.getuid?.() === 0) lines.push("user root"); // else it could not read the key
    if (needs.transport === "tls") lines.push(`certfile ${certificate.certFile}`, `keyfile ${certificate.keyFile}`);
    writeFileSync(config, `${lines.join("\n")}\n`);
    const child = await startProcess([program(), "-c", config], folder, port);
    return { ...child, port, login: undefined, ...prefixes(needs, "dtck") };
  },
};
