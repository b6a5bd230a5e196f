import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { errorText } from "../../base/errors.ts";
import type { Broker } from "../../fleet/types.ts";
import { plainStream, type Stream, upgraded } from "./stream.ts";
import type { BrokerTest } from "./types.ts";
import { nameWords, tcpWords, tlsWords } from "./words.ts";

type Step = BrokerTest["steps"][number]["step"];

/** A step on the way to a remote failed. */
export class StepFailed extends Error {
  override readonly name = "StepFailed";
  constructor(
    readonly step: Step,
    text: string,
  ) {
    super(text);
  }
}
/** ms that each step may take. */
const STEP_MS = 10_000;
const PORTS: Readonly<Record<string, number>> = { "mqtt:": 1883, "mqtts:": 8883, "ws:": 80, "wss:": 443 };

/** What dialling needs around it. */
export interface DialNeeds {
  /** One of the addresses of the host of an http address, when it may be reached. @throws Refusal outgoing_refused, or errors of DNS */
  reach(url: string): Promise<string>;
  /** A step is well. */
  step(step: Step, text: string): void;
}

/** Connects to an address, up to the point where MQTT begins. @throws StepFailed */
export async function dial(
  address: string,
  { ca, certificate, key, serverName }: Pick<Broker, "ca" | "certificate" | "key" | "serverName">,
  { reach, step }: DialNeeds,
): Promise<Stream> {
  const url = new URL(address);
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const isSecure = url.protocol === "mqtts:" || url.protocol === "wss:";
  const port = url.port === "" ? (PORTS[url.protocol] ?? 1883) : Number(url.port);
  const ip = await failing("name", reach(`http${isSecure ? "s" : ""}://${url.host}`), (error) =>
    nameWords(host, error),
  );
  step("name", isIP(host) === 0 ? `${host} is ${ip}.` : "It is an IP address.");
  const at = `${isIP(ip) === 6 ? `[${ip}]` : ip}:${port}`;
  let socket = await failing("tcp", opened(connect({ host: ip, port, noDelay: true }), "connect"), (error) =>
    tcpWords(at, error),
  );
  step("tcp", `Connected to ${at}.`);
  if (isSecure) {
    const name = serverName ?? host;
    const shown = {
      ...(ca !== null && { ca }),
      ...(certificate !== null && { cert: certificate }),
      ...(key !== null && { key }),
    };
    const asked = isIP(name) === 0 ? { servername: name } : { host: name };
    const raw = socket;
    const secured = (): Promise<Socket> =>
      opened(
        connectTls({
          socket: raw,
          ...asked,
          ...shown,
          rejectUnauthorized: true,
          ALPNProtocols: url.protocol === "wss:" ? ["http/1.1"] : ["mqtt"],
        }),
        "secureConnect",
      );
    socket = await failing(
      "tls",
      attempt(secured),
      (error) => tlsWords(name, error),
      () => raw.destroy(),
    );
    step("tls", `Its certificate is good for ${name}.`);
  }
  if (!url.protocol.startsWith("ws")) return plainStream(socket);
  const stream = await failing("websocket", within(upgraded(socket, url)), errorText, () => socket.destroy());
  step("websocket", `There is a WebSocket at ${url.pathname}.`);
  return stream;
}

/** Whether something can be connected to at an address, up to the point where MQTT begins. */
export async function answers(
  address: string,
  row: Parameters<typeof dial>[1],
  reach: DialNeeds["reach"],
): Promise<boolean> {
  try {
    (await dial(address, row, { reach, step: () => {} })).destroy();
    return true;
  } catch {
    return false;
  }
}

async function attempt<T>(work: () => Promise<T>): Promise<T> {
  return work();
}
async function failing<T>(
  step: Step,
  work: Promise<T>,
  words: (error: unknown) => string,
  undo = () => {},
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    undo();
    throw new StepFailed(step, words(error));
  }
}
/** @throws what the socket says, or that the time is over */
function opened<S extends Socket>(socket: S, event: "connect" | "secureConnect"): Promise<S> {
  const { promise, resolve, reject } = Promise.withResolvers<S>();
  const failed = (error: unknown) => {
    socket.destroy();
    reject(error);
  };
  socket.once("error", failed);
  socket.once("close", () => failed(Object.assign(new Error("closed"), { code: "ECONNRESET" })));
  socket.once(event, () => {
    socket.removeAllListeners("close");
    socket.pause();
    resolve(socket);
  });
  return within(promise, () => socket.destroy());
}
function within<T>(work: Promise<T>, undo = () => {}): Promise<T> {
  const { promise, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => {
    undo();
    reject(Object.assign(new Error("It does not answer."), { code: "ETIMEDOUT" }));
  }, STEP_MS);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}
