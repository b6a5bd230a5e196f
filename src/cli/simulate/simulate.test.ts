import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { FIELD_TYPES, specOf } from "../../measure/types.ts";
import { ACCEPTED, type Script, scriptedBroker } from "../broker.testing.ts";
import { fakeIo } from "../io.testing.ts";
import { showMqttUrl } from "../mqtt-url.ts";
import { run } from "../program.ts";
import { Latency } from "./latency.ts";
import { makePlan } from "./plan.ts";
import { Figures } from "./run.ts";
import { progress, renderSummary, summarise } from "./render.ts";
import { colors } from "../text.ts";

const TOKEN = "0123456789abcdef0123456789abcdef01234567";

async function simulate(script: Script, ...argv: string[]) {
  const broker = scriptedBroker(script);
  const { io, said } = fakeIo({ env: { FIELDCAST_TOKEN: TOKEN, FIELDCAST_URL: showMqttUrl(broker.url) } });
  const code = await run(["simulate", "--product", "p", "--duration", "0.2", "--json", ...argv], io);
  await broker.quiet();
  broker.stop();
  return { code, ...said, seen: broker.seen };
}
const answering =
  (reasonCode: number): Script =>
  (packet) => {
    if (packet.type === "connect") return [ACCEPTED];
    if (packet.type !== "publish" || packet.qos !== 1) return [];
    return [{ type: "puback", packetId: packet.packetId ?? 0, reasonCode, properties: { reasonString: "because" } }];
  };

describe("simulate", () => {
  test("each device has its own connection and publishes its own topic, at the rate", async () => {
    const { code, out, seen } = await simulate(answering(0), "--devices", "3", "--rate", "150", "--field", "t");
    const summary = JSON.parse(out);
    expect(summary).toMatchObject({ devices: 3, connected: 3, sent: 30, acknowledged: 30, refused: 0, unanswered: 0 });
    expect(summary.latency.p50).toBeLessThanOrEqual(summary.latency.max);
    expect(code).toBe(0);
    const clients = seen.flatMap((packet) => (packet.type === "connect" ? [packet.clientId] : []));
    expect(clients.sort()).toEqual(["simulated-dev0", "simulated-dev1", "simulated-dev2"]);
    const topics = seen.flatMap((packet) => (packet.type === "publish" ? [packet.topic] : []));
    expect([...new Set(topics)].sort()).toEqual(["dtck-pub/p/dev0/T", "dtck-pub/p/dev1/T", "dtck-pub/p/dev2/T"]);
    expect(topics.filter((topic) => topic.includes("dev0"))).toHaveLength(10);
  });

  test("refusals are counted by reason, and are a failure", async () => {
    const { code, out } = await simulate(answering(0x90), "--device-pattern", "x{1..2}", "--rate", "20");
    expect(JSON.parse(out)).toMatchObject({ sent: 4, acknowledged: 0, refused: 4, reasons: { because: 4 } });
    expect(code).toBe(1);
  });

  test("at QoS 0 everything that was sent arrives", async () => {
    const { code, out, seen } = await simulate(answering(0), "--devices", "2", "--qos", "0", "--rate", "500");
    expect(JSON.parse(out)).toMatchObject({ sent: 100, latency: null });
    expect(seen.filter((packet) => packet.type === "publish")).toHaveLength(100);
    expect(code).toBe(0);
  });

  test("lost connections end it early, and are a failure", async () => {
    const script: Script = (packet) => (packet.type === "publish" ? ["close"] : answering(0)(packet));
    const { code, out } = await simulate(script, "--devices", "2", "--rate", "10", "--duration", "600");
    expect(JSON.parse(out)).toMatchObject({ connections_lost: 2, acknowledged: 0 });
    expect(code).toBe(1);
  });

  test("when no device can connect, the reason is said", async () => {
    const { code, err } = await simulate(() => [{ type: "connack", sessionPresent: false, reasonCode: 0x86 }]);
    expect(code).toBe(1);
    expect(err).toContain("reason 0x86");
  });

  test("Ctrl-C ends it with the summary", async () => {
    const broker = scriptedBroker((packet) => {
      if (packet.type === "publish") signal("SIGINT");
      return answering(0)(packet);
    });
    const { io, said, signal } = fakeIo({ env: { FIELDCAST_TOKEN: TOKEN, FIELDCAST_URL: showMqttUrl(broker.url) } });
    expect(await run(["simulate", "--product", "p", "--duration", "600", "--json"], io)).toBe(0);
    broker.stop();
    expect(JSON.parse(said.out).sent).toBeGreaterThan(0);
    expect(said.exits).toEqual([]);
  });
});

describe("the plan", () => {
  test.each([
    [{}, "--product is needed"],
    [{ product: "p", devices: "0" }, "--devices"],
    [{ product: "p", devices: "50001" }, "--devices"],
    [{ product: "p", rate: "-1" }, "--rate"],
    [{ product: "p", qos: "3" }, "--qos"],
    [{ product: "p", field: "T:WHAT" }, 'the type "WHAT"'],
    [{ product: "p", devicePattern: "x{2..1}" }, "--device-pattern"],
  ])("%j is refused", async (flags, text) => {
    await expect(makePlan(flags, null)).rejects.toThrow(text);
  });
  test("a pattern makes ids, as many as are asked for", async () => {
    const plan = await makePlan({ product: "p", devicePattern: "x{00..99}", devices: "2", field: "door:bool" }, null);
    expect(plan).toMatchObject({ devices: ["x00", "x01"], field: { id: "DOOR", type: "BOOL" }, qos: 1 });
  });
});

test("quantiles are within 2 % of the true ones", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.001, max: 100_000, noNaN: true }), { minLength: 1 }), (times) => {
      const latency = new Latency();
      for (const time of times) latency.add(time);
      const sorted = times.toSorted((a, b) => a - b);
      for (const share of [0.5, 0.95, 0.99]) {
        const exact = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
        expect(Math.abs(latency.quantile(share) / exact - 1)).toBeLessThan(0.021);
      }
    }),
  );
  expect(new Latency().quantile(0.5)).toBe(0);
});

test.each(FIELD_TYPES)("%s: payloads differ and are of the type", (type) => {
  let n = 0;
  const next = specOf(type).simulate(() => {
    n = (n * 16_807 + 11) % 2_147_483_647;
    return n / 2_147_483_647;
  });
  const all = Array.from({ length: 100 }, next);
  expect(new Set(all).size).toBeGreaterThan(1);
  if (type === "COUNTER") expect(all.map(Number)).toEqual(all.map(Number).toSorted((a, b) => a - b));
  if (type === "INT") for (const text of all) expect(text).toMatch(/^\d+$/);
});

test("the summary and the progress are made for people", () => {
  const figures = new Figures();
  const plan = {
    product: "p",
    devices: ["a"],
    field: { id: "T", type: "INT" },
    rate: 100,
    duration: 10,
    qos: 1,
  } as const;
  expect(progress(figures, plan, 0, 0)).toBe("connecting: 0 of 1 device");
  figures.connected = 1;
  figures.sent = 1000;
  figures.acknowledged = 990;
  figures.refusals = 10;
  figures.countIn(figures.refused, "bad\u001b[2J");
  figures.latency.add(1);
  expect(progress(figures, plan, 3, 250)).toBe(
    "3/10 s, 250 msg/s, sent 1,000, acknowledged 990, refused 10, p99 0.99 ms",
  );
  const text = renderSummary(summarise(figures, plan, 20_000), colors(false));
  expect(text).toContain("sent          1,000 in 20 s, 50 msg/s (100 were wanted)");
  expect(text).toContain("refused       10\n");
  expect(text).toContain("1× bad\\x1b[2J");
});
