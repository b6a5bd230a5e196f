import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { program } from "../run/have.ts";
import { startServer, type TestServer } from "../run/server.ts";

/** The browser of the tests of the console, and a page of it that tells what it must not do. */

const root = join(import.meta.dir, "..", "..");
/** How long anything on a page may take, ms. */
const PATIENCE = 30_000;
export const PASSWORD = "seven green bottles";
export const OWNER = "owner@localhost";

/** Kept on the process, since each file of tests has modules of its own: one browser serves them all. */
const kept = globalThis as { fieldcastBrowser?: Promise<Browser> };

/** The one Chromium of the tests; it ends with the process. */
export function browser(): Promise<Browser> {
  kept.fieldcastBrowser ??= chromium.launch({
    executablePath: program("chromium") ?? "chromium",
    // as root it has no sandbox of its own, and containers have little shared memory
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb", "--hide-scrollbars"],
  });
  return kept.fieldcastBrowser;
}

/** Builds the console if it is older than its sources, as `npm start` does. @throws Error when it cannot be built */
export function buildConsole(): void {
  const script = 'process.exit(require("./bin/console.cjs").ensureConsole() ? 0 : 1)';
  const { exitCode, stderr } = Bun.spawnSync([program("node") ?? "node", "-e", script], { cwd: root, stderr: "pipe" });
  if (exitCode !== 0) throw new Error(`the console could not be built:\n${stderr}`);
}

/** A server with the console, and an owner who has a password (PASSWORD). */
export async function consoleServer(
  options: NonNullable<Parameters<typeof startServer>[0]> & {
    /** Devices of the demo fleet, in the workspace "demo", with a month of measurements. */
    readonly demo?: number;
    /** As the first start leaves it: the owner has no password, and the link in the log sets one. */
    readonly untouched?: boolean;
  } = {},
): Promise<TestServer> {
  buildConsole();
  const server = await startServer({ fleet: null, ...options });
  const link = /\/link\/([0-9a-f]{64})/.exec(server.log())?.[1];
  if (link !== undefined && options.untouched !== true) {
    const body = JSON.stringify({ secret: link, password: PASSWORD });
    const headers = { "Content-Type": "application/json", Origin: originOf(server) };
    const set = await server.http("/api/v1/auth/link/use", undefined, { method: "POST", headers, body });
    if (!set.ok) throw new Error(`the owner has no password: ${await set.text()}`);
  }
  if (options.demo !== undefined) {
    const made = await server.cli("demo", "--devices", String(options.demo));
    if (made.code !== 0) throw new Error(`the demo fleet was not made: ${made.err}`);
    const rights = ["--can", "view", "--product", "room-climate", "--workspace", "demo"];
    const account = await server.cli("api-user", "create", "Wall display", ...rights);
    if (account.code !== 0) throw new Error(`there is no API user: ${account.err}`);
    // told of downlinks alone, of which there are none: nothing leaves this machine
    const hook = ["Office", "https://hooks.example.com/in", "--event", "downlink", "--workspace", "demo"];
    const webhook = await server.cli("webhook", "create", ...hook);
    if (webhook.code !== 0) throw new Error(`there is no webhook: ${webhook.err}`);
    const net = ["helium", "--type", "helium", "--server", "https://console.helium.com", "--workspace", "demo"];
    const network = await server.cli("network", "create", ...net);
    if (network.code !== 0) throw new Error(`there is no network: ${network.err}`);
  }
  return server;
}

/** Another person who can sign in with PASSWORD. */
export async function addPerson(server: TestServer, email: string, role: string, workspace: string): Promise<void> {
  const file = join(server.folder, "password");
  await Bun.write(file, `${PASSWORD}\n`);
  const wish = ["--workspace", workspace, "--role", role, "--password-file", file];
  const made = await server.cli("user", "create", email, ...wish);
  if (made.code !== 0) throw new Error(`there is no ${email}: ${made.err}`);
}

export function originOf(server: TestServer): string {
  return `http://127.0.0.1:${server.ports.http}`;
}

interface Wish {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: "light" | "dark";
  readonly locale?: string;
}

/** A window of a browser with cookies of its own. */
export class Visitor {
  /** What pages must not do: errors in the console, requests to elsewhere, breaches of the policy. */
  readonly sins: string[] = [];
  /** Bytes that came over the wire. */
  bytes = 0;

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly origin: string,
  ) {}

  static async open(server: TestServer, wish: Wish = {}): Promise<Visitor> {
    const { width = 1440, height = 900, scheme = "light", locale = "en-GB" } = wish;
    const context = await (await browser()).newContext({
      viewport: { width, height },
      colorScheme: scheme,
      locale,
      timezoneId: "Europe/Berlin",
      permissions: ["clipboard-read", "clipboard-write"],
      reducedMotion: "reduce",
    });
    context.setDefaultTimeout(PATIENCE);
    const visitor = new Visitor(context, await context.newPage(), originOf(server));
    visitor.watch();
    return visitor;
  }

  private watch(): void {
    const { page, sins, origin } = this;
    // a refusal is an answer: browsers write each of them into the console, with its status
    const refusal = /^Failed to load resource: the server responded with a status of [45]\d\d/;
    const lost = /^Failed to load resource: net::ERR_(?:CONNECTION_|INCOMPLETE_|EMPTY_)|net::ERR_NETWORK_IO_SUSPENDED/;
    page.on("console", (message) => {
      if (!["error", "warning"].includes(message.type())) return;
      if (refusal.test(message.text()) || lost.test(message.text())) return;
      sins.push(`${message.type()}: ${message.text()}`);
    });
    page.on("pageerror", (error) => sins.push(`thrown: ${error.stack ?? error.message}`));
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(`${origin}/`) && !/^(?:data|blob):/.test(url)) sins.push(`a request to ${url}`);
    });
  }

  /** Opens an address below `/console/`. */
  async goto(path = ""): Promise<void> {
    await this.page.goto(`${this.origin}/console/${path}`);
  }

  /** Signs in over the API, as the page of sign-in does, with less clicking. */
  async signIn(email = OWNER, password = PASSWORD): Promise<void> {
    const answer = await this.context.request.post(`${this.origin}/api/v1/auth/sign-in`, {
      data: { email, password },
      headers: { Origin: this.origin },
    });
    if (!answer.ok()) throw new Error(`sign-in: ${await answer.text()}`);
  }

  /** An operation of the API as who is signed in here. @throws Error when it is refused */
  async api(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const { request } = this.context;
    const session = await (await request.get(`${this.origin}/api/v1/auth/session`)).json();
    const state = method === "PATCH" ? { "If-Match": "*" } : {};
    const headers = { Origin: this.origin, "X-CSRF-Token": String(session.csrf_token ?? ""), ...state };
    const answer = await request.fetch(`${this.origin}/api/v1${path}`, {
      method,
      headers,
      ...(body !== undefined && { data: body }),
    });
    if (!answer.ok()) throw new Error(`${method} ${path}: ${await answer.text()}`);
    return await answer.json();
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}
