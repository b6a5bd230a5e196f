import { afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NatsBus } from "../../src/cluster/nats.ts";
import { natsAddress } from "../../src/cluster/nats-address.ts";
import { ensureCertificates } from "../../src/listen/certificates.ts";
import { have } from "../run/have.ts";
import { NatsServer } from "../run/nats.ts";
import { until } from "../run/until.ts";

const buses: NatsBus[] = [];
const servers: NatsServer[] = [];
const folder = mkdtempSync(join(tmpdir(), "fieldcast-bus-"));
afterEach(async () => {
  for (const one of buses.splice(0)) await one.end();
  for (const one of servers.splice(0)) await one.remove();
});
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

async function nats(config: string): Promise<NatsServer> {
  const one = await NatsServer.start(config);
  servers.push(one);
  return one;
}
function bus(address: string, secret: string | null = null): { bus: NatsBus; said: string[]; heard: string[] } {
  const [said, heard]: [string[], string[]] = [[], []];
  const one = new NatsBus({ ...natsAddress(address, secret), channel: "c", onNotice: (text) => said.push(text) });
  buses.push(one);
  one.hear((message) => heard.push(Buffer.from(message).toString()));
  return { bus: one, said, heard };
}
/** What one says the other hears, and nobody hears oneself. */
async function talk(address: string, secret: string | null = null): Promise<void> {
  const [one, two] = [bus(address, secret), bus(address, secret)];
  await until("both are there", () => one.bus.isConnected && two.bus.isConnected);
  await until("it is heard", () => {
    one.bus.send(Buffer.from("hello"));
    return two.heard.includes("hello");
  });
  expect(one.heard).toEqual([]);
  expect(one.bus.most).toBe(1_048_576);
}

describe.skipIf(!have("nats-server"))("NATS as the bus", () => {
  test("with a user and a password, with a token, and over TLS with an authority of its own", async () => {
    const [user, token] = [
      await nats("authorization { user: node, password: s3cret }"),
      await nats('authorization { token: "t0ken" }'),
    ];
    const certificate = ensureCertificates(folder, ["127.0.0.1"], Date.now() * 1000);
    const files = { cert: join(folder, "c.pem"), key: join(folder, "k.pem") };
    writeFileSync(files.cert, certificate.certPem);
    writeFileSync(files.key, certificate.keyPem);
    const secure = await nats(`tls { cert_file: "${files.cert}", key_file: "${files.key}" }`);
    await Promise.all([
      talk(`nats://node:s3cret@127.0.0.1:${user.port}/one`),
      talk(`nats://node@127.0.0.1:${user.port}`, "s3cret"),
      talk(`nats://t0ken@127.0.0.1:${token.port}/one`),
      talk(`nats://127.0.0.1:${token.port}`, "t0ken"),
      talk(`tls://127.0.0.1:${secure.port}?ca=${encodeURIComponent(certificate.caFile)}`),
    ]);
    const plain = bus(`tls://127.0.0.1:${user.port}`, "s3cret");
    const untrusted = bus(`tls://127.0.0.1:${secure.port}`);
    const wrong = bus(`nats://node:hush@127.0.0.1:${user.port}`);
    for (const { bus: one, said } of [plain, untrusted, wrong]) {
      await until("it says that it cannot", () => said.length > 0);
      expect([one.isConnected, said.join().includes("hush"), said[0]]).toEqual([
        false,
        false,
        expect.stringContaining("cannot be used, and is tried again"),
      ]);
    }
  }, 30_000);

  test("of several servers one that is there is taken, and what is sent without one is gone", async () => {
    const [first, second] = [await nats(""), await nats("")];
    await first.kill();
    const address = `nats://127.0.0.1:${first.port},127.0.0.1:${second.port}`;
    const [one, two] = [bus(address), bus(address)];
    await until("both are there", () => one.bus.isConnected && two.bus.isConnected);
    await second.kill();
    await until("both know", () => !one.bus.isConnected && !two.bus.isConnected);
    one.bus.send(Buffer.from("lost"));
    await first.start();
    await until("both are there", () => one.bus.isConnected && two.bus.isConnected);
    await until("it is heard", () => {
      one.bus.send(Buffer.from("hello"));
      return two.heard.includes("hello");
    });
    expect(two.heard).not.toContain("lost");
    // before it was ever there nothing is sent either, and it can be ended
    await first.kill();
    const never = bus(`nats://127.0.0.1:${second.port}`);
    never.bus.send(Buffer.from("lost"));
    expect([never.bus.isConnected, never.bus.most]).toEqual([false, 0]);
  }, 30_000);
});
