import { expect, test } from "bun:test";
import fc from "fast-check";
import { makeWorld, OWNER, VIEWER } from "../http.testing.ts";
import type { Family } from "./metric-families.ts";
import { printText } from "./prometheus.ts";

type World = ReturnType<typeof makeWorld>;

function scrape({ http }: World, remoteAddress: string, headers: Record<string, string> = {}) {
  return http.fetch(new Request("http://localhost/metrics", { headers }), { remoteAddress });
}
/** The line of one sample, or undefined. */
function sample(text: string, name: string): string | undefined {
  return text
    .split("\n")
    .find((line) => line.startsWith(`${name} `))
    ?.slice(name.length + 1);
}

test("figures are those of the moment of the scrape", async () => {
  const world = makeWorld();
  const { metrics } = world;
  metrics.connections = 3;
  metrics.connectionsOpened = 5;
  metrics.publishesReceived = 7;
  metrics.outboxBytes = () => 11;
  metrics.retainedMessages = () => 12;
  metrics.retainedBytes = () => 13;
  metrics.messagesAccepted = 14;
  metrics.queueDropped = 13;
  metrics.refused("invalid_value");
  metrics.refused("invalid_value");
  metrics.loginRefused("unknown_token");
  metrics.disconnected("keep_alive");
  for (const seconds of [0.0004, 0.003, 9]) metrics.commitSeconds.observe(seconds);
  const first = await scrape(world, "127.0.0.1");
  expect(first.headers.get("Content-Type")).toStartWith("text/plain; version=0.0.4");
  const text = await first.text();
  const expected = {
    fieldcast_connections: "3",
    fieldcast_connections_opened_total: "5",
    fieldcast_messages_received_total: "7",
    fieldcast_outbox_bytes: "11",
    fieldcast_retained_messages: "12",
    fieldcast_retained_bytes: "13",
    fieldcast_free_messages_total: "14",
    'fieldcast_messages_dropped_total{reason="queue_full"}': "13",
    'fieldcast_refusals_total{code="invalid_value"}': "2",
    'fieldcast_logins_refused_total{code="unknown_token"}': "1",
    'fieldcast_disconnects_total{reason="keep_alive"}': "1",
    'fieldcast_commit_duration_seconds_bucket{le="0.0005"}': "1",
    'fieldcast_commit_duration_seconds_bucket{le="0.005"}': "2",
    'fieldcast_commit_duration_seconds_bucket{le="5"}': "2",
    'fieldcast_commit_duration_seconds_bucket{le="+Inf"}': "3",
    fieldcast_commit_duration_seconds_count: "3",
    fieldcast_commit_duration_seconds_sum: "9.0034",
    fieldcast_store_log_rows: "7",
  };
  for (const [name, value] of Object.entries(expected)) expect([name, sample(text, name)]).toEqual([name, value]);
  expect(text).toContain("# TYPE fieldcast_commit_duration_seconds histogram");
  expect(Number(sample(text, "process_resident_memory_bytes"))).toBeGreaterThan(1e6);
  expect(Number(sample(text, "fieldcast_event_loop_lag_seconds"))).toBeGreaterThanOrEqual(0);

  metrics.publishesReceived = 8;
  metrics.connections = 0;
  const second = await (await scrape(world, "127.0.0.1")).text();
  expect(sample(second, "fieldcast_messages_received_total")).toBe("8");
  expect(sample(second, "fieldcast_connections")).toBe("0");
});

/** What a reader of the text format, version 0.0.4, understands; it throws on anything that the format does not have. */
function understood(text: string) {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const families: { name: string; help: string; type: string; samples: unknown[] }[] = [];
  for (const line of text.split("\n")) {
    const last = families.at(-1);
    const [, help, type, sample] = /^(?:# HELP (.*)|# TYPE (.*)|([^#].*))$/s.exec(line) ?? [];
    if (help !== undefined) {
      const [, name = "", words = ""] = /^([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/s.exec(help) ?? [];
      families.push({ name, help: unescaped(words), type: "", samples: [] });
    } else if (type !== undefined) {
      const [name, kind = ""] = type.split(" ");
      if (last?.name !== name || last === undefined || last.type !== "")
        throw new Error(`a type out of place: ${line}`);
      last.type = kind;
    } else if (sample !== undefined) {
      const [, name = "", label, value = "", number = ""] =
        /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"\})? (\S+)$/s.exec(sample) ?? [];
      if (!last?.type || !name.startsWith(last.name)) throw new Error(`a sample out of place: ${line}`);
      last.samples.push({
        name,
        label: label === undefined ? null : [label, unescaped(value)],
        value: numberOf(number),
      });
    } else if (line !== "") throw new Error(`not of the format: ${line}`);
  }
  return families;
}
function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (whole, sign) => ({ n: "\n", '"': '"', "\\": "\\" })[sign as string] ?? whole);
}
/** As ParseFloat of Go has them. */
function numberOf(text: string): number {
  const named: Record<string, number> = { NaN: Number.NaN, "+Inf": Infinity, "-Inf": -Infinity };
  const number = named[text] ?? Number(text);
  if (text === "" || (Number.isNaN(number) && text !== "NaN")) throw new Error(`no number: ${text}`);
  return number;
}

test("every metric has help, a type and samples, and a counter's name says so", async () => {
  const world = makeWorld();
  world.metrics.refused("invalid_value");
  const families = understood(await (await scrape(world, "::1")).text());
  expect(families.length).toBeGreaterThan(50);
  expect(new Set(families.map(({ name }) => name)).size).toBe(families.length);
  for (const { name, help, type } of families) {
    expect(help).toMatch(/^[A-Z].*\.$/);
    expect(type).toBe(name.endsWith("_total") ? "counter" : /_commit_|_arrival_/.test(name) ? "histogram" : "gauge");
  }
});

test("property: a reader understands what is printed", () => {
  const text = fc.string({ unit: fc.constantFrom("a", " ", "\\", '"', "\n", "n", "ß", "{", "}", "#", "=") });
  const sample = fc.record({
    label: fc.option(fc.tuple(fc.constant("code"), text)),
    value: fc.oneof(fc.double(), fc.integer()),
  });
  const family = fc.record({ help: text, type: fc.constantFrom("counter", "gauge"), samples: fc.array(sample) });
  fc.assert(
    fc.property(fc.array(family, { minLength: 1 }), (made) => {
      const families = made.map(({ samples, ...rest }, i) => ({
        ...rest,
        name: `metric_${i}`,
        samples: samples.map((one) => ({ name: `metric_${i}`, ...one, value: one.value + 0 })),
      }));
      const printed = printText(families.map((one): Family => ({ ...one, samples: () => one.samples })));
      expect(understood(printed)).toEqual(families);
    }),
  );
});

test("a store that does not answer does not stop the scrape", async () => {
  const world = makeWorld();
  world.data.failure = new Error("gone");
  const answer = await scrape(world, "127.0.0.1");
  expect(answer.status).toBe(200);
  expect(sample(await answer.text(), "fieldcast_store_log_rows")).toBe("NaN");
});

test.each([
  ["this machine", "127.0.0.1", null, {}, 200],
  ["this machine, IPv6", "::1", null, {}, 200],
  ["this machine, mapped", "::ffff:127.0.0.1", null, {}, 200],
  ["another machine", "192.0.2.1", null, {}, 401],
  ["a machine with a name like a number", "12.127.0.1", null, {}, 401],
  ["nowhere", "", null, {}, 401],
  ["behind a proxy of this machine", "127.0.0.1", null, { "X-Forwarded-For": "192.0.2.1" }, 401],
  ["another machine that may not operate", "192.0.2.1", VIEWER, {}, 403],
  ["another machine that may operate", "192.0.2.1", OWNER, {}, 200],
] as const)("%s", async (_, address, token, more, status) => {
  const headers = token === null ? { ...more } : { ...more, Authorization: `Token ${token}` };
  expect((await scrape(makeWorld(), address, headers)).status).toBe(status);
});
