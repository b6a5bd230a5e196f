/** Starting, watching and stopping the servers that are compared. */
import { connect, createServer } from "node:net";
import type { Login } from "../load/packets.ts";
import type { Needs } from "../scenarios/scenario.ts";
import type { Certificate } from "./certificate.ts";

export interface RunningServer {
  readonly pid: number;
  readonly port: number;
  /** Further servers that are one with it. */
  readonly others?: readonly { readonly pid: number; readonly port: number }[];
  readonly login: Login | undefined;
  readonly publishPrefix: string;
  readonly subscribePrefix: string;
  /** Asks the process to end, waits, and kills it when it does not. */
  readonly stop: () => Promise<void>;
}

export interface Server {
  readonly name: string;
  /** What runs, with its version; throws with what to do when it is not installed. */
  readonly describe: () => string;
  /** Why it cannot do what a scenario needs; undefined: it can. Nothing here: it can do everything. */
  readonly cannot?: (needs: Needs) => string | undefined;
  /** Starts it with `folder`, which is empty, for its files. Rejects with its last output when it does not come up. */
  readonly start: (folder: string, needs: Needs, certificate: Certificate) => Promise<RunningServer>;
}

/** For servers that are compared over plain TCP alone. */
export function onlyTcp({ transport }: Needs): string | undefined {
  return transport === "tcp" ? undefined : "is compared over plain TCP alone";
}

const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 5_000;
const OUTPUT_KEPT = 4_000;

/** First level of topics that are no platform's. */
const FREE_PREFIX = "plain";

/** What a relay's clients publish on and subscribe to; a platform's have `dtck-pub` for the first. */
export function prefixes({ topics }: Needs, publish: string): Pick<RunningServer, "publishPrefix" | "subscribePrefix"> {
  if (topics === "free") return { publishPrefix: FREE_PREFIX, subscribePrefix: FREE_PREFIX };
  return { publishPrefix: publish, subscribePrefix: "dtck" };
}

/** A port of the loopback interface that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const probe = createServer();
  probe.once("error", reject);
  probe.listen(0, "127.0.0.1", () => {
    const address = probe.address();
    const port = typeof address === "object" && address ? address.port : 0;
    probe.close(() => resolve(port));
  });
  return promise;
}

interface Process {
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a program and waits until it is ready: until `ready` says so of a line of its output, or, without `ready`, until its port
 * accepts a connection.
 */
export async function startProcess(
  command: string[],
  folder: string,
  port: number,
  ready?: (line: string) => boolean,
  limitMs = START_TIMEOUT_MS,
): Promise<Process> {
  const child = Bun.spawn(command, { cwd: folder, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const killOnExit = () => child.kill("SIGKILL");
  process.once("exit", killOnExit);
  const stop = async () => {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
    await child.exited;
    clearTimeout(timer);
    process.off("exit", killOnExit);
  };

  let output = "";
  const { promise: announced, resolve: announce } = Promise.withResolvers<void>();
  const follow = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    let line = "";
    for await (const chunk of stream) {
      const text = decoder.decode(chunk, { stream: true });
      output = (output + text).slice(-OUTPUT_KEPT);
      const lines = (line + text).split("\n");
      line = lines.pop() ?? "";
      if (ready && lines.some((one) => ready(Bun.stripANSI(one)))) announce();
    }
  };
  void follow(child.stdout);
  void follow(child.stderr);
  if (!ready) void acceptsConnections(port, () => child.exitCode === null).then(announce);

  const late = Promise.withResolvers<string>();
  const timer = setTimeout(() => late.resolve(`was not ready after ${limitMs / 1000} s`), limitMs);
  const outcome = await Promise.race([
    announced.then(() => "ready"),
    child.exited.then((code) => `ended with code ${code}`),
    late.promise,
  ]);
  clearTimeout(timer);
  if (outcome === "ready") return { pid: child.pid, stop };
  await stop();
  throw new Error(`${command[0]} ${outcome}${output.trim() === "" ? "" : `: ${output.trim()}`}`);
}

/** Resolves when the port accepts a connection; gives up when the process has ended or the time is over. */
async function acceptsConnections(port: number, alive: () => boolean): Promise<void> {
  const end = performance.now() + START_TIMEOUT_MS;
  while (alive() && performance.now() < end) {
    const accepted = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.destroy();
        resolve(true);
      });
      socket.once("error", () => resolve(false));
    });
    if (accepted) return;
    await Bun.sleep(20);
  }
  return new Promise(() => {}); // never ready: the race in startProcess is decided otherwise
}
