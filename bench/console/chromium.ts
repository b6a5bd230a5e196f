/**
 * Chromium over the DevTools protocol alone. A library for tests puts scripts of its own into each page, which on a processor that is slowed down take as
 * long as a part of the page: here nothing runs in the page but the page, and one function that looks when what is waited for is drawn.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const START_MS = 20_000;
const ANSWER_MS = 60_000;

type Answer = Readonly<Record<string, unknown>>;
interface Waiting {
  readonly done: (answer: Answer) => void;
  readonly failed: (error: Error) => void;
}

export interface WindowWish {
  readonly width: number;
  readonly height: number;
  /** A touch screen with two pixels for each; false: a desk. */
  readonly phone: boolean;
  /** How many times slower the processor is. */
  readonly slower?: number;
  /** The line: time from a request to its answer, ms, and Mbit/s; absent: that of the machine. */
  readonly line?: { readonly ms: number; readonly mbit: number } | undefined;
  readonly cookies?: readonly Readonly<Record<"name" | "value" | "url", string>>[];
}

export class Chromium {
  private n = 0;
  private readonly waiting = new Map<number, Waiting>();

  private constructor(
    private readonly process: Bun.Subprocess,
    private readonly socket: WebSocket,
    private readonly folder: string,
  ) {
    socket.onmessage = ({ data }) => {
      const { id, result = {}, error } = JSON.parse(String(data));
      const one = this.waiting.get(id);
      this.waiting.delete(id);
      if (error === undefined) one?.done(result);
      else one?.failed(new Error(error.message));
    };
    socket.onclose = () => {
      for (const { failed } of this.waiting.values()) failed(new Error("chromium is gone"));
    };
  }

  /** @throws Error when Debian's chromium is not there, or does not start */
  static async launch(): Promise<Chromium> {
    const folder = mkdtempSync(join(tmpdir(), "bench-chromium-"));
    const program = Bun.which("chromium");
    if (program === null) throw new Error("chromium is not installed: on Debian, apt install chromium");
    const flags = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars"];
    const places = [`--user-data-dir=${folder}`, "--remote-debugging-port=0", "about:blank"];
    const child = Bun.spawn([program, ...flags, ...places], { stdio: ["ignore", "ignore", "ignore"] });
    // a bench that is ended leaves no browser behind
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.once(signal, () => {
        child.kill();
        process.exit(1);
      });
    const file = join(folder, "DevToolsActivePort");
    const text = () => (existsSync(file) ? readFileSync(file, "utf8").split("\n") : []);
    for (let ms = 0; text().length < 2 && ms < START_MS; ms += 50) await Bun.sleep(50);
    const [port, path] = text();
    if (port === undefined || path === undefined) throw new Error("chromium did not start");
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
    await new Promise((done, failed) => {
      socket.onopen = done;
      socket.onerror = () => failed(new Error("chromium does not answer"));
    });
    return new Chromium(child, socket, folder);
  }

  send(method: string, params: object = {}, session?: string): Promise<Answer> {
    const id = ++this.n;
    const timer = setTimeout(() => this.waiting.get(id)?.failed(new Error(`${method}: no answer`)), ANSWER_MS);
    return new Promise<Answer>((done, failed) => {
      this.waiting.set(id, { done, failed });
      this.socket.send(JSON.stringify({ id, method, params, ...(session !== undefined && { sessionId: session }) }));
    }).finally(() => clearTimeout(timer));
  }

  /** A window with cookies and a cache of its own. */
  async window({ width, height, phone, slower = 1, line, cookies = [] }: WindowWish): Promise<Window> {
    const { browserContextId: context } = await this.send("Target.createBrowserContext");
    const target = { url: "about:blank", browserContextId: context, width, height };
    const { targetId } = await this.send("Target.createTarget", target);
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const session = String(sessionId);
    const tell = (method: string, params: object = {}) => this.send(method, params, session);
    await tell("Page.enable");
    const screen = { width, height, deviceScaleFactor: phone ? 2 : 1, mobile: phone };
    await tell("Emulation.setDeviceMetricsOverride", screen);
    if (phone) await tell("Emulation.setTouchEmulationEnabled", { enabled: true });
    await tell("Emulation.setLocaleOverride", { locale: "en-GB" });
    for (const cookie of cookies) await tell("Network.setCookie", cookie);
    if (slower > 1) await tell("Emulation.setCPUThrottlingRate", { rate: slower });
    if (line !== undefined) {
      const rate = line.mbit * 125_000;
      await tell("Network.enable");
      const speed = { latency: line.ms, downloadThroughput: rate, uploadThroughput: rate / 3 };
      await tell("Network.emulateNetworkConditions", { offline: false, ...speed });
    }
    return new Window(tell, () => this.send("Target.disposeBrowserContext", { browserContextId: context }));
  }

  async close(): Promise<void> {
    this.socket.close();
    this.process.kill();
    await this.process.exited;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export class Window {
  constructor(
    readonly tell: (method: string, params?: object) => Promise<Answer>,
    readonly close: () => Promise<unknown>,
  ) {}

  async goto(url: string): Promise<void> {
    const { errorText } = await this.tell("Page.navigate", { url });
    if (errorText !== undefined) throw new Error(`${url}: ${errorText}`);
  }
  /** What an expression is in the page; a promise is waited for. @throws Error what the page throws */
  async value<T>(expression: string): Promise<T> {
    const wish = { expression, returnByValue: true, awaitPromise: true };
    const { result, exceptionDetails } = await this.tell("Runtime.evaluate", wish);
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { value: T }).value; // as the protocol says
  }
}
