import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, type Server, startProcess } from "./server.ts";

/** Where Debian puts it; /usr/sbin is not on everybody's PATH. */
function program(): string {
  const found = Bun.which("mosquitto") ?? (existsSync("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : undefined);
  if (!found) throw new Error("mosquitto is not installed (on Debian: apt install mosquitto)");
  return found;
}

/** The C broker: relays without login and without storing, and none of its default limits holds it back. */
export const mosquitto: Server = {
  name: "mosquitto",
  describe: () => {
    const help = Bun.spawnSync([program(), "-h"]).stdout.toString();
    return `mosquitto ${/version (\S+)/.exec(help)?.[1] ?? "of unknown version"}`;
  },
  start: async (folder) => {
    const port = await freePort();
    const config = join(folder, "mosquitto.conf");
    const lines = [
      `listener ${port} 127.0.0.1`,
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
    writeFileSync(config, `${lines.join("\n")}\n`);
    const process = await startProcess([program(), "-c", config], folder, port);
    return { ...process, port, login: undefined, publishPrefix: "dtck", subscribePrefix: "dtck" };
  },
};
