/** The server with a fleet that changes, and who signs in there. */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { scratchFolder } from "../program.ts";
import { freePort, startProcess } from "../servers/server.ts";

const MAIN = join(import.meta.dir, "../../src/cli/main.ts");
const EMAIL = "bench@example.com";
const PASSWORD = "seven green bottles";

export interface Place {
  readonly origin: string;
  readonly folder: string;
  readonly pid: number;
  /** Begins to change the fleet. @returns ends that */
  readonly change: (rate: number) => () => void;
  readonly stop: () => Promise<void>;
}

function fleet(token: string, devices: number): string {
  const lines = Array.from({ length: devices }, (_, n) => {
    const id = String(n).padStart(6, "0");
    return `          - { id: "${id}", name: Meter ${id} }`;
  });
  return `users:
  - { email: ${EMAIL}, admin: true, workspaces: { bench: owner } }
workspaces:
  - slug: bench
    name: Bench
    products:
      - slug: meter
        name: Meter
        fields:
          - { id: TEMPERATURE, type: NUMERIC, name: Temperature, unit: °C }
          - { id: HUMIDITY, type: NUMERIC, name: Humidity, unit: "%" }
          - { id: BATTERY, type: NUMERIC, name: Battery, unit: "%" }
        devices:
${lines.join("\n")}
    api_users:
      - { name: load, token: ${token}, grants: [{ devices: all, can: [view, record_measurements] }] }
`;
}

/** Starts a server with so many devices in a folder of its own. */
export async function startPlace(devices: number): Promise<Place> {
  const folder = scratchFolder(".cache/bench", "console-");
  const [http, mqtt] = [await freePort(), await freePort()];
  const token = randomBytes(20).toString("hex");
  const [fleetFile, passwordFile] = [join(folder, "fleet.yaml"), join(folder, "password")];
  writeFileSync(fleetFile, fleet(token, devices), { mode: 0o600 });
  writeFileSync(passwordFile, PASSWORD, { mode: 0o600 });
  const command = [process.execPath, MAIN, "serve", "--data", join(folder, "data"), "--apply", fleetFile];
  command.push("--admin-email", EMAIL, "--admin-password-file", passwordFile);
  command.push("--http", `127.0.0.1:${http}`, "--mqtt", `127.0.0.1:${mqtt}`);
  for (const name of ["mqtts", "https", "wss"]) command.push(`--${name}`, "off");
  const server = await startProcess(command, folder, http, (line) => line.startsWith("ready"));
  const program = [process.execPath, join(import.meta.dir, "load.ts"), String(mqtt), token, String(devices)];
  const change = (rate: number) => {
    const load = Bun.spawn([...program, String(rate)], { stdio: ["ignore", "inherit", "inherit"] });
    return () => load.kill();
  };
  return { origin: `http://127.0.0.1:${http}`, folder, pid: server.pid, change, stop: server.stop };
}

type Cookie = Readonly<Record<"name" | "value" | "url", string>>;

/** The cookies of somebody who signed in. @throws Error when the server does not let in */
export async function signIn({ origin }: Place): Promise<Cookie[]> {
  const answer = await fetch(`${origin}/api/v1/auth/sign-in`, {
    method: "POST",
    body: JSON.stringify({ email: EMAIL, password: PASSWORD }),
    headers: { Origin: origin, "Content-Type": "application/json" },
  });
  if (!answer.ok) throw new Error(`sign-in: ${await answer.text()}`);
  return answer.headers.getSetCookie().map((cookie) => {
    const [pair = ""] = cookie.split(";");
    const at = pair.indexOf("=");
    return { name: pair.slice(0, at), value: pair.slice(at + 1), url: origin };
  });
}
