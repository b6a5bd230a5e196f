import { describe, expect, test } from "bun:test";
import { Refusal } from "../../base/errors.ts";
import { colors } from "../text.ts";
import type { InspectWish, OperationsDeps } from "../../admin/types.ts";
import { inspectStreams } from "../../admin/inspect.ts";
import { renderEvent } from "./render.ts";

describe("the stream inspect", () => {
  const service = {
    accountKey: (name: string) => {
      if (name === "pumps@acme") return "a:7";
      throw new Refusal("not_found", "There is no such account.");
    },
  };
  const device = { row: { uid: 5 } };
  const directory = {
    apiUser: () => undefined,
    product: (slug: string) =>
      slug === "p" ? { device: (id: string) => (id === "d" ? device : undefined) } : undefined,
  };
  const asked: InspectWish[] = [];
  const source = { next: async () => null, close() {} };
  const inspect = (input: unknown, more: object = {}) => {
    const deps = {
      fleet: service,
      directory,
      inspect: (wish: InspectWish) => {
        asked.push(wish);
        return source;
      },
      ...more,
    } as unknown as OperationsDeps; // the rest is not looked at
    return inspectStreams(deps).inspect?.(input) ?? Promise.reject(new Error("there is none"));
  };

  test("names become keys", async () => {
    expect(await inspect({ device: "p/d", account: "pumps@acme", kind: "refused", since: 12 })).toBe(source);
    expect(asked.pop()).toEqual({ device: 5, principal: "a:7", kind: "refused", since: 12 });
    await inspect({ since: 0 });
    expect(asked.pop()).toEqual({ device: undefined, principal: undefined, kind: undefined, since: 0 });
  });
  test.each([
    [{ device: "p/x", since: 0 }, "unknown_device"],
    [{ device: "p", since: 0 }, "unknown_device"],
    [{ account: "no", since: 0 }, "not_found"],
    [{}, "invalid_request"],
    [{ since: 0, kind: "x" }, "invalid_request"],
    [{ since: 0, more: 1 }, "invalid_request"],
  ])("%j is refused", async (input, code) => {
    await expect(inspect(input)).rejects.toMatchObject({ code });
    expect(asked).toEqual([]);
  });
  test("without a server there is nothing to watch", async () => {
    await expect(inspect({ since: 0 }, { inspect: undefined })).rejects.toMatchObject({ code: "not_available" });
  });
});

describe("an event for the terminal", () => {
  const render = (facts: object) => renderEvent(JSON.stringify(facts), colors(false), Date.parse("2026-01-01"));
  const time = "2026-01-01T12:00:00.123456Z";
  test.each([
    [
      {
        time,
        kind: "accepted",
        account: { key: "a:1", name: "pumps@acme" },
        client_id: "pump",
        topic: "t/x",
        payload: "1",
        bytes: 1,
        commit_us: 900,
        delivered: 2,
        count: 1,
      },
      '12:00:00.123Z  accepted       pumps@acme  pump  t/x  "1"  1 B  900 µs to commit  to 2\n',
    ],
    [
      {
        time,
        kind: "login_refused",
        account: null,
        address: "192.0.2.7",
        code: "unknown_token",
        message: "No.",
        count: 9,
      },
      "12:00:00.123Z  login refused  -  192.0.2.7  unknown_token  No.  (9 times)\n",
    ],
    [{ kind: "lost", count: 3 }, "               lost           -  (3 times)\n"],
  ])("%#", (facts, line) => {
    expect(render(facts)).toBe(line);
  });
  test("what clients wrote is text, and bounded", () => {
    const line = render({
      time,
      kind: "refused",
      client_id: "\u001b[2J\n",
      topic: `\u202e${"x".repeat(900)}`,
      payload: "\u0007",
    });
    expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(line.length).toBeLessThan(300);
    expect(renderEvent("oops\u0007", colors(false), Date.parse("2026-01-01"))).toContain("oops\\x07");
  });
});
