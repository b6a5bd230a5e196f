import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, onlyTcp, prefixes, type Server, startProcess } from "./server.ts";

/** Where Debian puts it; /usr/sbin is not on everybody's PATH. */
function program(): string {
  const found = Bun.which("nats-server") ?? (existsSync("/usr/sbin/nats-server") ? "/usr/sbin/nats-server" : undefined);
  if (!found) throw new Error("nats-server is not installed (on Debian: apt install nats-server)");
  return found;
}

/**
 * NATS with its MQTT gateway: what comes at QoS 1 is in a JetStream stream on the disk before its PUBACK. Before version 2.10 it
 * flushes the disk by the clock alone, so a power cut loses what was acknowledged since.
 */
export const nats: Server = {
  name: "nats",
  describe: () => {
    const version = Bun.spawnSync([program(), "--version"]).stdout.toString();
    return `nats-server ${/ v?(\d\S*)/.exec(version)?.[1] ?? "of unknown version"} with JetStream`;
  },
  cannot: onlyTcp,
  start: async (folder, needs) => {
    const port = await freePort();
    const config = join(folder, "nats.conf");
    const lines = [
      "server_name: bench",
      `listen: "127.0.0.1:${await freePort()}"`,
      `jetstream { store_dir: ${JSON.stringify(join(folder, "store"))} }`,
      `mqtt { listen: "127.0.0.1:${port}", max_ack_pending: 65535 }`,
    ];
    writeFileSync(config, `${lines.join("\n")}\n`);
    const child = await startProcess([program(), "-c", config], folder, port);
    return { ...child, port, login: undefined, ...prefixes(needs, "dtck") };
  },
};
