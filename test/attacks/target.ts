import { afterAll, afterEach, beforeAll, expect } from "bun:test";
import type { Version } from "../../src/codec/index.ts";
import { TOKENS } from "../run/fleet.ts";
import { Raw, type Wish } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";

/** A live server under attack, and somebody else on it, who must never notice anything. */
class Target {
  server!: TestServer; // from beforeAll on
  canary!: Raw; // from beforeAll on
  private address = 0;

  open(from?: string): Promise<Raw> {
    return Raw.open(this.server.ports.mqtt, undefined, from);
  }
  login(wish: Wish = {}): Promise<Raw> {
    return Raw.login(this.server.ports.mqtt, { token: TOKENS.device, ...wish });
  }
  /** Logs in, sends bytes, and answers the reason of the DISCONNECT that follows; null: closed without one. */
  async cutOff(version: Version, bytes: Uint8Array | readonly number[]): Promise<number | null> {
    const raw = await this.login({ version });
    raw.bytes(bytes);
    const last = (await raw.ended()).at(-1);
    return last?.type === "disconnect" ? last.reasonCode : null;
  }
  /** Another address at each call: failed logins are delayed by address, and here nobody waits. */
  elsewhere(): string {
    this.address++;
    return `127.1.${this.address >> 8}.${this.address & 255}`;
  }
  async loginCode(wish: Wish): Promise<number> {
    const raw = await this.open(this.elsewhere());
    const { reasonCode } = await raw.connect(wish);
    if (reasonCode === 0) await raw.leave();
    return reasonCode;
  }
}

/** Starts the target for the tests of a file; after each of them the server must be up and serve the others. */
export function target(): Target {
  const it = new Target();
  let pid = 0;
  beforeAll(async () => {
    it.server = await startServer({ flags: ["--log-level", "debug"] });
    ({ pid } = it.server);
    it.canary = await it.login({ clientId: "canary" });
    await it.canary.subscribe("dtck/my-product/dev99/NOTE", 1);
  });
  afterEach(async () => {
    expect(await it.canary.record("dtck-pub/my-product/dev99/NOTE", "sings")).toBe(0);
    expect(await it.canary.heard("sings")).toEqual(["dtck/my-product/dev99/NOTE sings"]);
    expect((await it.server.http("/healthz")).status).toBe(200);
    expect(it.server.pid).toBe(pid);
    expect(it.server.log()).not.toContain('"level":"error"');
  });
  afterAll(async () => {
    await it.canary.leave();
    await it.server.remove();
  });
  return it;
}

export const NOTE = "dtck-pub/my-product/dev1/NOTE";
export const VERSIONS = [3, 4, 5] as const;

const utf8 = new TextEncoder();
/** A string as MQTT writes it. */
export function string(text: string | readonly number[]): number[] {
  const bytes = typeof text === "string" ? [...utf8.encode(text)] : text;
  return [bytes.length >> 8, bytes.length & 255, ...bytes];
}
/** A packet by hand; its body is shorter than 128 bytes. */
export function packet(first: number, ...body: number[]): number[] {
  return [first, body.length, ...body];
}
