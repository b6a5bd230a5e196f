import { readFileSync } from "node:fs";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import { program } from "./have.ts";
import type { Run } from "./server.ts";
import { within } from "./until.ts";

/** Seconds after which a mosquitto client ends by itself. */
const LIMIT_S = 10;

async function run(name: string, args: readonly string[]): Promise<Run> {
  const path = program(name);
  if (path === null) throw new Error(`${name} is not on this machine`);
  const child = Bun.spawn([path, ...args], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: (LIMIT_S + 2) * 1000,
    killSignal: "SIGKILL",
  });
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { code, out, err };
}

/** How `mosquitto_*` reaches a listener: host, port, token twice, and the CA where it is TLS. */
export function login(port: number, token: string, caFile?: string): string[] {
  const trust = caFile === undefined ? [] : ["--cafile", caFile];
  return ["-h", "localhost", "-p", String(port), "-u", token, "-P", token, ...trust];
}
/** `mosquitto_pub ARGS`; bounded in time. */
export function mosquittoPub(...args: string[]): Promise<Run> {
  return run("mosquitto_pub", args);
}
/** `mosquitto_sub ARGS`, already subscribed when the promise resolves; `heard` is its end (`-C` or the time limit). */
export async function mosquittoSub(...args: string[]): Promise<{ readonly heard: Promise<Run>; stop(): void }> {
  const path = program("mosquitto_sub");
  if (path === null) throw new Error("mosquitto_sub is not on this machine");
  // -d prints the packets, so that the moment of the subscription is known; without stdbuf it would stay in a buffer
  const child = Bun.spawn(["stdbuf", "-oL", path, "-W", String(LIMIT_S), ...args, "-d"], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: (LIMIT_S + 2) * 1000,
    killSignal: "SIGKILL",
  });
  let text = "";
  const { promise: subscribed, resolve } = Promise.withResolvers<void>();
  const isDebug = /^(Client |Subscribed|Sending)/;
  const out = (async () => {
    for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) {
      text += piece;
      if (/^Subscribed \(mid/m.test(text)) resolve();
    }
    const lines = text.split("\n").filter((line) => !isDebug.test(line));
    return lines.join("\n");
  })();
  const heard = Promise.all([out, child.stderr.text(), child.exited]).then(([o, err, code]) => ({ code, out: o, err }));
  await within("SUBACK to mosquitto_sub", Promise.race([subscribed, heard]));
  // asked to end while it is connecting, mosquitto_sub goes on for ever
  const stop = () => {
    child.kill("SIGTERM");
    const firm = setTimeout(() => child.kill("SIGKILL"), 2000);
    void child.exited.then(() => clearTimeout(firm));
  };
  return { heard, stop };
}

interface Heard {
  readonly topic: string;
  readonly payload: string;
}
/** MQTT.js, connected; `messages` fills as they come. */
export interface JsClient {
  readonly client: MqttClient;
  readonly messages: Heard[];
  end(): Promise<void>;
}

/** Connects MQTT.js to a URL with a token. Rejects when the login is refused. */
export async function mqttJs(
  url: string,
  token: string,
  caFile?: string,
  options: IClientOptions = {},
): Promise<JsClient> {
  const client = mqtt.connect(url, {
    username: token,
    password: token,
    protocolVersion: 5,
    reconnectPeriod: 0,
    connectTimeout: 25_000,
    ...(caFile !== undefined && { ca: readFileSync(caFile) }),
    ...options,
  });
  const messages: Heard[] = [];
  client.on("message", (topic, payload) => messages.push({ topic, payload: payload.toString() }));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  client.once("connect", () => resolve());
  client.once("error", reject);
  try {
    await within(`CONNACK from ${url}`, promise);
  } catch (error) {
    client.end(true);
    throw error;
  }
  client.on("error", () => {}); // what follows is the test's to notice
  return { client, messages, end: () => client.endAsync(true) };
}
