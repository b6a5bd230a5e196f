import { randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ownPackage from "../../package.json";
import { DEVICES } from "../scenarios/scenario.ts";
import { freePort, type Server, startProcess } from "./server.ts";

const MAIN = join(import.meta.dir, "../../src/cli/main.ts");

/** One product with the devices that the load names, and one API user that may record and hear all of them. */
function fleet(token: string): string {
  return `workspaces:
  - slug: bench
    name: Bench
    products:
      - slug: bench
        name: Bench
        fields:
          - { id: TEMPERATURE, type: NUMERIC, name: Temperature, unit: "°C" }
        devices:
          - { id: "dev{0..${DEVICES - 1}}", name: "Device {n}" }
    api_users:
      - name: load program
        token: ${token}
        rights:
          - { devices: all, can: [view, record_measurements] }
`;
}

/** This server as it is shipped: login, rights, validation, every measurement stored before it is acknowledged. */
export const fieldcast: Server = {
  name: "fieldcast",
  describe: () => {
    if (!existsSync(MAIN)) throw new Error("src/cli/main.ts is missing");
    return `fieldcast ${ownPackage.version}`;
  },
  start: async (folder) => {
    const port = await freePort();
    const token = randomBytes(20).toString("hex");
    const fleetFile = join(folder, "fleet.yaml");
    writeFileSync(fleetFile, fleet(token), { mode: 0o600 });
    const off = ["mqtts", "http", "https", "wss"].flatMap((listener) => [`--${listener}`, "off"]);
    const command = [process.execPath, MAIN, "serve", "--data", join(folder, "data"), "--apply", fleetFile];
    // as for Mosquitto: no window narrower than the protocol's, so that throughput is measured, not round trips
    command.push("--outbound-window", "65000", "--max-queued-messages", "10000000");
    command.push("--max-queued-bytes", "1 GiB");
    command.push("--mqtt", `127.0.0.1:${port}`, ...off);
    const child = await startProcess(command, folder, port, (line) => line.startsWith("ready"));
    const login = { username: token, password: token };
    return { ...child, port, login, publishPrefix: "dtck-pub", subscribePrefix: "dtck" };
  },
};
