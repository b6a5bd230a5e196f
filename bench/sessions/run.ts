/**
 * What sessions that take nothing cost the others: a steady publisher alone, and beside stored sessions that read and never
 * acknowledge, that do not read, and that are away. Answers, memory of the server at its highest, and bytes on disk.
 *
 *   node_modules/.bin/bun bench/sessions/run.ts [--sessions 5] [--publishes 9000] [--rate 1000] [--bytes 2000] [--server FOLDER]
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Socket } from "bun";
import { createFrame, decode, encode, FRAME_COMPLETE, type Packet, readFrame } from "../../src/codec/index.ts";
import { freePort, startProcess } from "../servers/server.ts";

const { values } = parseArgs({
  options: {
    sessions: { type: "string", default: "5" },
    publishes: { type: "string", default: "9000" },
    rate: { type: "string", default: "1000" },
    bytes: { type: "string", default: "2000" },
    server: { type: "string", default: join(import.meta.dir, "../..") },
    only: { type: "string", default: "alone,mute,blocked,away" },
  },
});
const [sessions, publishes] = [Number(values.sessions), Number(values.publishes)];
const [rate, bytes] = [Number(values.rate), Number(values.bytes)];
type Kind = "alone" | "mute" | "blocked" | "away";

const TOKEN = randomBytes(20).toString("hex");
const FLEET = `workspaces:
  - slug: bench
    name: Bench
    products:
      - { slug: p, name: P, fields: [{ id: NOTE, type: STRING, name: Note }], devices: [{ id: d, name: D }] }
    api_users:
      - { name: load, token: ${TOKEN}, rights: [{ devices: all, can: [view, record_measurements] }] }
`;

/** One connection; packets go to `onPacket`. */
class Line {
  onPacket: (packet: Packet) => void = () => {};
  socket!: Socket<undefined>; // set by open
  private rest = Buffer.alloc(0);
  private unsent: Uint8Array[] = [];

  static async open(port: number): Promise<Line> {
    const line = new Line();
    line.socket = await Bun.connect({
      hostname: "127.0.0.1",
      port,
      socket: {
        data: (_, chunk) => line.feed(chunk),
        drain: () => line.flush(),
        error: () => {},
      },
    });
    return line;
  }
  private feed(chunk: Buffer): void {
    this.rest = Buffer.concat([this.rest, chunk]);
    const frame = createFrame();
    let at = 0;
    while (readFrame(this.rest, at, this.rest.length, Number.POSITIVE_INFINITY, frame) === FRAME_COMPLETE) {
      at = frame.bodyEnd;
      this.onPacket(decode(5, this.rest, frame));
    }
    this.rest = this.rest.subarray(at);
  }
  send(packet: Packet): void {
    this.unsent.push(encode(5, packet));
    this.flush();
  }
  private flush(): void {
    for (let first = this.unsent.shift(); first !== undefined; first = this.unsent.shift()) {
      const taken = Math.max(0, this.socket.write(first));
      if (taken === first.length) continue;
      this.unsent.unshift(first.subarray(taken));
      return;
    }
  }
  next(type: Packet["type"]): Promise<void> {
    return new Promise((resolve) => {
      this.onPacket = (packet) => {
        if (packet.type === type) resolve();
      };
    });
  }
}

async function login(port: number, clientId: string, expiry: number): Promise<Line> {
  const line = await Line.open(port);
  line.send({
    type: "connect",
    version: 5,
    cleanStart: false,
    keepAlive: 0,
    clientId,
    userName: TOKEN,
    password: new TextEncoder().encode(TOKEN),
    properties: { sessionExpiryInterval: expiry },
  });
  await line.next("connack");
  return line;
}
/** A stored session that subscribes to everything at QoS 1 and then takes nothing. */
async function taker(port: number, no: number, kind: Kind): Promise<Line> {
  const line = await login(port, `taker-${no}`, 3600);
  const options = { qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
  line.send({ type: "subscribe", packetId: 1, subscriptions: [{ filter: "dtck/p/d/+", ...options }] });
  await line.next("suback");
  line.onPacket = () => {};
  if (kind === "away") line.socket.terminate();
  else if (kind === "blocked") line.socket.pause();
  return line;
}
/** ms from each publish to its PUBACK, at a steady rate. */
async function publishAll(port: number): Promise<number[]> {
  const line = await login(port, "publisher", 0);
  const payload = new TextEncoder().encode("x".repeat(bytes));
  const began = new Map<number, number>();
  const times: number[] = [];
  const done = Promise.withResolvers<void>();
  line.onPacket = (packet) => {
    if (packet.type !== "puback") return;
    times.push(performance.now() - (began.get(packet.packetId) ?? 0));
    if (times.length === publishes) done.resolve();
  };
  const start = performance.now();
  for (let n = 1; n <= publishes; ) {
    const due = Math.min(publishes, Math.floor(((performance.now() - start) / 1000) * rate));
    for (; n <= due; n++) {
      const packetId = 1 + (n % 65_000);
      began.set(packetId, performance.now());
      line.send({ type: "publish", topic: "dtck-pub/p/d/NOTE", payload, qos: 1, dup: false, retain: false, packetId });
    }
    await Bun.sleep(1);
  }
  await done.promise;
  return times;
}
const bytesIn = (folder: string): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

async function measure(kind: Kind): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "fieldcast-sessions-"));
  const fleetFile = join(folder, "fleet.yaml");
  writeFileSync(fleetFile, FLEET, { mode: 0o600 });
  const port = await freePort();
  const data = join(folder, "data");
  const off = ["mqtts", "http", "https", "wss"].flatMap((name) => [`--${name}`, "off"]);
  const command = [process.execPath, join(values.server, "src/cli/main.ts"), "serve", "--data", data];
  command.push("--apply", fleetFile, "--mqtt", `127.0.0.1:${port}`, ...off);
  const child = await startProcess(command, folder, port, (line) => line.startsWith("ready"));
  try {
    const lines: Line[] = [];
    for (let n = 0; kind !== "alone" && n < sessions; n++) lines.push(await taker(port, n, kind));
    const times = (await publishAll(port)).sort((a, b) => a - b);
    const at = (share: number): string => (times[Math.floor(times.length * share)] ?? 0).toFixed(1);
    const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
    const peak = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
    const disk = bytesIn(data) / 1e6;
    const name = kind === "alone" ? kind : `${sessions} ${kind}`;
    const worst = (times[times.length - 1] ?? 0).toFixed(0);
    process.stdout.write(
      `${name.padEnd(14)} p50 ${at(0.5)} ms  p99 ${at(0.99)} ms  worst ${worst} ms  memory ${peak.toFixed(0)} MiB  disk ${disk.toFixed(0)} MB\n`,
    );
    for (const line of lines) line.socket.terminate();
  } finally {
    await child.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
for (const kind of values.only.split(",") as Kind[]) await measure(kind);
process.exit(0);
