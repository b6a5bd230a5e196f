import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client, type Target } from "../load/client.ts";
import { type Figures, residentBytes } from "../load/measure.ts";
import { freePort, startProcess } from "../servers/server.ts";
import { median } from "../table.ts";
import { deviceId, FIELDS, fleetFile, PRODUCT } from "./fleet.ts";
import { recordAll } from "./record.ts";

const MAIN = join(import.meta.dir, "../../src/cli/main.ts");
/** Requests of each kind, of which the median counts. */
const REQUESTS = 20;
const START_LIMIT_MS = 120_000;

/** Runs `work`. @returns what it took, ms */
async function took(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** A server in a folder of its own. */
class Subject {
  readonly own: string;
  readonly token = randomBytes(20).toString("hex");
  private mqtt = 0;
  private http = 0;
  private running: { readonly pid: number; readonly stop: () => Promise<void> } | null = null;

  constructor(folder: string, devices: number) {
    this.own = mkdtempSync(join(folder, "scale-"));
    writeFileSync(join(this.own, "fleet.yaml"), fleetFile(this.token, devices), { mode: 0o600 });
  }
  get pid(): number {
    return this.running?.pid ?? 0;
  }
  /** Starts it. @returns ms until it says that it is ready */
  async start(...flags: readonly string[]): Promise<number> {
    [this.mqtt, this.http] = [await freePort(), await freePort()];
    const off = ["mqtts", "https", "wss"].flatMap((name) => [`--${name}`, "off"]);
    const ports = ["--mqtt", `127.0.0.1:${this.mqtt}`, "--http", `127.0.0.1:${this.http}`];
    const command = [process.execPath, MAIN, "serve", "--data", join(this.own, "data"), ...ports, ...off, ...flags];
    command.push("--max-request-rate", "0");
    const ready = (line: string) => line.startsWith("ready");
    return took(async () => {
      this.running = await startProcess(command, this.own, this.mqtt, ready, START_LIMIT_MS);
    });
  }
  async kill(): Promise<void> {
    process.kill(this.pid, "SIGKILL");
    await this.running?.stop();
  }
  stop(): Promise<void> {
    return this.running?.stop() ?? Promise.resolve();
  }
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.own, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
  connect(id: string): Promise<Client> {
    const login = { username: this.token, password: this.token };
    const target: Target = { host: "127.0.0.1", port: this.mqtt, transport: "tcp", ca: undefined, version: 4, login };
    return Client.connect(target, id);
  }
  /** Median of some requests, ms. */
  async ask(path: string): Promise<number> {
    const times: number[] = [];
    for (let i = 0; i < REQUESTS; i++) times.push(await this.askOnce(path));
    return median(times);
  }
  /** One request, its answer read to the end, ms. */
  askOnce(path: string): Promise<number> {
    const headers = { authorization: `Token ${this.token}` };
    return took(async () => {
      const response = await fetch(`http://127.0.0.1:${this.http}${path}`, { headers });
      if (!response.ok) throw new Error(`${path}: HTTP ${response.status} ${(await response.text()).slice(0, 200)}`);
      if (response.body) for await (const _ of response.body); // bounded by the answer
    });
  }
}

/** What a server takes that knows one device. @param folder for its files */
export async function emptyBytes(folder: string): Promise<number> {
  const subject = new Subject(folder, 1);
  try {
    await subject.start("--apply", join(subject.own, "fleet.yaml"));
    return residentBytes(subject.pid);
  } finally {
    await subject.remove();
  }
}

/**
 * Everything that is measured with so many devices of `FIELDS` series each.
 * @param folder for the server's files; @param empty what a server takes without them, bytes
 */
export async function measure(folder: string, devices: number, empty: number): Promise<Figures> {
  const subject = new Subject(folder, devices);
  try {
    const apply = await subject.start("--apply", join(subject.own, "fleet.yaml"));
    const known = residentBytes(subject.pid);
    const writer = await subject.connect("writer");
    const record = await took(() => recordAll(writer, devices));
    writer.close();
    const full = residentBytes(subject.pid);
    const figures = await questions(subject, devices);
    await subject.kill();
    const start = await subject.start();
    const restarted = residentBytes(subject.pid);
    return {
      apply: apply / 1000,
      start: start / 1000,
      record: (devices * FIELDS) / (record / 1000),
      memory: restarted,
      perDevice: (known - empty) / devices,
      perSeries: (full - known) / (devices * FIELDS),
      ...figures,
    };
  } finally {
    await subject.remove();
  }
}

async function questions(subject: Subject, devices: number): Promise<Figures> {
  const last = deviceId(devices - 1);
  const list = await subject.ask("/api/v1/devices?limit=100");
  const search = await subject.ask(`/api/v1/devices?search=${last}&limit=100`);
  const show = await subject.ask(`/v1/devices/${last}/`);
  const all = await subject.askOnce(`/v1/export?products=${PRODUCT}`);
  const listener = await subject.connect("listener");
  const subscribe = await took(() => listener.subscribe([`dtck/${PRODUCT}/+/+`], 0));
  listener.close();
  return { list, search, show, subscribe, export: all / 1000 };
}
