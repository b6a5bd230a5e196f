import { describe, expect, test } from "bun:test";
import { encode } from "../../src/codec/index.ts";
import { TOKENS } from "../run/fleet.ts";
import { publishPacket } from "../run/raw.ts";
import { until } from "../run/until.ts";
import { target } from "./target.ts";

const it = target();

describe("floods", () => {
  test("CVE-2023-28366, CVE-2024-48077: one QoS 2 identifier again and again is recorded once and bounded", async () => {
    const raw = await it.login({ version: 4 });
    const one = encode(4, publishPacket("dtck-pub/my-product/dev97/NOTE", "once", { qos: 2, packetId: 7 }));
    const again = encode(
      4,
      publishPacket("dtck-pub/my-product/dev97/NOTE", "once", { qos: 2, packetId: 7, dup: true }),
    );
    raw.bytes(one);
    for (let i = 0; i < 50; i++) raw.bytes(Buffer.concat(Array.from({ length: 100 }, () => again)));
    for (let i = 0; i <= 5000; i++) expect((await raw.expect("pubrec")).packetId).toBe(7);
    expect(await it.server.history(TOKENS.device, "dev97", "NOTE")).toHaveLength(1);
    await raw.leave();
  });
  test("CVE-2021-33175, CVE-2021-33176, Mosca ReDoS: deep topics and a mass of filters", async () => {
    const raw = await it.login();
    const deep = Array.from({ length: 3000 }, () => "a").join("/");
    expect(await raw.record(deep, "1")).toBe(0x90);
    expect((await raw.subscribe([deep, `${"+/".repeat(20_000)}#`])).reasonCodes).toEqual([0x8f, 0x8f]);
    expect((await raw.subscribe(`dtck/${"a".repeat(60_000)}/+/+`)).reasonCodes[0]).toBeNumber();
    let granted = 0;
    for (let i = 0; i < 5; i++) {
      const filters = Array.from({ length: 2100 }, (_, n) => `dtck/my-product/x${i * 2100 + n}/+`);
      const { reasonCodes } = await raw.subscribe(filters);
      granted += reasonCodes.filter((code) => code === 0).length;
      if (i === 4) expect(reasonCodes.at(-1)).toBe(0x97);
    }
    expect(granted).toBeLessThanOrEqual(10_000);
    await raw.leave();
    expect(await it.server.metric("fieldcast_subscriptions")).toBe(1);
  });
  test("a client that sends and never reads holds up nobody", async () => {
    const raw = await it.login({ version: 4 });
    raw.socket.pause();
    await until("a full pipe", () => {
      raw.bytes(Buffer.concat(Array.from({ length: 100_000 }, () => Uint8Array.of(0xc0, 0))));
      return raw.socket.writableLength > 4_000_000;
    });
    expect(await it.server.metric("fieldcast_outbox_bytes")).toBeLessThan(4_000_000);
    raw.socket.destroy();
    await until("its end", async () => (await it.server.metric("fieldcast_connections")) === 1);
  });
});

test("CVE-2020-13821 (HiveMQ) and kin: what clients send is hostile text wherever a person sees it", async () => {
  const hostile = `\u001b[2J\u009b31m\u202e<script>alert(1)</script>\r\n{"level":"error","msg":"forged"}`;
  const raw = await it.login({ clientId: hostile });
  await raw.subscribe([`x/${hostile}`]);
  await raw.record(`dtck-pub/my-product/dev96/${hostile}`, hostile);
  await raw.record("dtck-pub/my-product/dev96/TEMPERATURE", hostile);
  await raw.leave();
  const shown = await until("the refusal in the device's log", async () => {
    const run = await it.server.cli("device", "show", "my-product", "dev96");
    return run.out.includes("invalid_value") && run.out;
  });
  const obeyed = /[\u001b\u009b\u202e\r]/;
  expect(shown).not.toMatch(obeyed);
  expect(shown).not.toContain('\n{"level"');
  expect(it.server.log()).not.toMatch(obeyed);
  expect(it.server.log()).not.toContain('\n{"level":"error"');
  const page = await it.server.http(`/v1/devices/${encodeURIComponent("<script>")}/`, TOKENS.device);
  expect(page.headers.get("content-type")).toStartWith("application/json");
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(page.headers.get("x-content-type-options")).toBe("nosniff");
});
