import { describe, expect, test } from "bun:test";
import { Refusal } from "../../base/errors.ts";
import type { TraceWish } from "../../broker/types.ts";
import { duration } from "../numbers.ts";
import { colors } from "../text.ts";
import type { OperationsDeps } from "../../admin/types.ts";
import { streams } from "../../admin/trace.ts";
import { renderLine } from "./render.ts";

describe("the stream trace", () => {
  const service = {
    accountKey: (name: string) => {
      if (name === "pumps@acme") return "a:7";
      throw new Refusal("not_found", "There is no such account.");
    },
  };
  const asked: [TraceWish, number][] = [];
  const source = { next: async () => null, close() {} };
  const deps = {
    fleet: service,
    sessions: {
      trace: (wish: TraceWish, seconds: number) => {
        asked.push([wish, seconds]);
        return source;
      },
    },
  } as unknown as OperationsDeps; // the rest is not looked at
  const trace = (input: unknown, of = deps) => streams(of).trace?.(input) ?? Promise.reject(new Error("there is none"));

  test("the account becomes its key", async () => {
    expect(await trace({ client: "x", account: "pumps@acme", remote: "::1", seconds: 60, payload: true })).toBe(source);
    expect(asked.pop()).toEqual([{ client: "x", principal: "a:7", remote: "::1", payload: true }, 60]);
    await trace({ client: "x", seconds: 3600 });
    expect(asked.pop()).toEqual([{ client: "x", payload: false }, 3600]);
  });
  test.each([
    { seconds: 60 },
    { client: "x" },
    { client: "", seconds: 60 },
    { client: "x", seconds: 3601 },
    { client: "x", seconds: 0 },
    { client: "x", seconds: 60, more: 1 },
    null,
    [],
  ])("%j is refused", async (input) => {
    await expect(trace(input)).rejects.toMatchObject({ code: "invalid_request" });
    expect(asked).toEqual([]);
  });
  test("an unknown account, and no server", async () => {
    await expect(trace({ account: "no", seconds: 1 })).rejects.toMatchObject({ code: "not_found" });
    const without = { fleet: service } as unknown as OperationsDeps; // as above
    await expect(trace({ client: "x", seconds: 1 }, without)).rejects.toMatchObject({ code: "not_available" });
  });
});

describe("a line for the terminal", () => {
  const render = (facts: object) => renderLine(JSON.stringify(facts), colors(false), Date.parse("2026-01-01"));
  const time = "2026-01-01T12:00:00.123456Z";
  test("a packet", () => {
    const facts = { time, client: "pump", principal: "a:1", remote: "192.0.2.7", direction: "in", packet: "publish" };
    expect(render({ ...facts, bytes: 42, qos: 1, packetId: 7, topic: "t/x", properties: { topicAlias: 3 } })).toBe(
      '12:00:00.123Z  pump  →  PUBLISH  42 B  qos=1  packetId=7  topic=t/x  properties={"topicAlias":3}\n',
    );
    expect(render({ ...facts, client: null, direction: "out", packet: "connack" })).toBe(
      "12:00:00.123Z  192.0.2.7  ←  CONNACK\n",
    );
  });
  test("an event", () => {
    expect(render({ time, client: "pump", event: "end", why: "keep alive" })).toBe(
      "12:00:00.123Z  pump  ·  end  why=keep alive\n",
    );
  });
  test("what clients wrote is text, and bounded", () => {
    const line = render({
      time,
      client: "\u001b[2J\n",
      direction: "in",
      packet: "publish",
      topic: `\u202e${"x".repeat(900)}`,
    });
    expect(line).toStartWith("12:00:00.123Z  \\x1b[2J\\n  →  PUBLISH  topic=\\u202exxx");
    expect(line.length).toBeLessThan(300);
    expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\u202e]/u);
  });
  test("a line that is none is shown as it is", () => {
    expect(renderLine("oops\u0007", colors(false), Date.parse("2026-01-01"))).toContain("oops\\x07");
  });
});

test("duration", () => {
  const read = (text: unknown) => duration("--for", text, 60, 3600);
  expect([undefined, "90", "90s", "5m", "1h"].map(read)).toEqual([60, 90, 90, 300, 3600]);
  for (const bad of ["", "0", "61m", "2h", "1d", "-1", "1.5h", "x"]) expect(() => read(bad)).toThrow("--for: ");
});
