import { expect, test } from "bun:test";
import { Members } from "../feed/members.ts";
import { Told } from "../store/record.ts";
import { Drain } from "./drain.ts";
import { nodeUrl } from "./nodes.ts";

function world(members: Members | null, count: number) {
  const connections = new Set<{ disconnect(reason: number): void }>();
  const ended: number[] = [];
  for (let i = 0; i < count; i++) {
    const one = {
      disconnect(reason: number) {
        ended.push(reason);
        connections.delete(one);
      },
    };
    connections.add(one);
  }
  const broker = { stopping: false, connections };
  const told: (readonly [what: number, numbers: readonly number[]])[] = [];
  const noted: boolean[] = [];
  const drain = new Drain({
    members,
    broker,
    news: (...news) => void told.push(news),
    durable: async () => {},
    tell: () => void noted.push(true),
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  const ticks = (n: number) => {
    for (let i = 0; i < n; i++) drain.tick();
  };
  return { drain, broker, told, noted, ended, ticks, left: () => connections.size };
}
const codeOf = (asked: Promise<void>) =>
  asked.then(
    () => "done",
    ({ code }) => code as string,
  );

test("any node is told by the log; who is alone, or the only one, has nobody who would take its clients", async () => {
  expect(await codeOf(world(null, 1).drain.ask(1))).toBe("not_available");
  expect(await codeOf(world(new Members(1, [[1, 4]]), 1).drain.ask(1))).toBe("not_available");
  const { drain, told, broker } = world(
    new Members(1, [
      [1, 4],
      [2, 6],
    ]),
    1,
  );
  expect(await codeOf(drain.ask(3))).toBe("not_found");
  expect(await codeOf(drain.ask(2))).toBe("done");
  expect([told, broker.stopping, drain.isOn]).toEqual([[[Told.Drain, [2, 6]]], false, false]);
});

test("who is told takes no connections at once, and ends its own by and by, once others had time to see it", () => {
  const { drain, broker, noted, ended, ticks, left } = world(
    new Members(2, [
      [1, 4],
      [2, 6],
    ]),
    3000,
  );
  drain.heard({ what: Told.Drain, numbers: [2, 5] });
  drain.heard({ what: Told.Drain, numbers: [1, 4] });
  ticks(10);
  expect([drain.isOn, broker.stopping, left()]).toEqual([false, false, 3000]);
  drain.heard({ what: Told.Drain, numbers: [2, 6] });
  drain.heard({ what: Told.Drain, numbers: [2, 6] });
  expect([drain.isOn, broker.stopping, noted.length]).toEqual([true, true, 1]);
  ticks(5);
  expect(left()).toBe(3000);
  ticks(1);
  expect([left(), ended[0]]).toEqual([2900, 0x9c]);
  ticks(29);
  expect(left()).toBe(0);
  const few = world(
    new Members(2, [
      [1, 4],
      [2, 6],
    ]),
    60,
  );
  few.drain.heard({ what: Told.Drain, numbers: [2, 6] });
  few.ticks(7);
  expect(few.left()).toBe(0);
});

test("others ask a node where the settings say, or where its listeners are open to them", () => {
  const at = (name: "http" | "https" | "mqtt", host: string, port = 8080) => ({ name, host, port, secure: false });
  const url = (...addresses: ReturnType<typeof at>[]) => nodeUrl({ nodeUrl: null }, addresses, "f1");
  expect(nodeUrl({ nodeUrl: "https://f1.example:1" }, [at("http", "10.0.0.1")], "f1")).toBe("https://f1.example:1");
  expect(url(at("http", "10.0.0.1"), at("https", "0.0.0.0", 8443))).toBe("http://10.0.0.1:8080");
  expect(url(at("http", "127.0.0.1"), at("https", "0.0.0.0", 8443))).toBe("https://f1:8443");
  expect(url(at("http", "::"))).toBe("http://f1:8080");
  expect(url(at("http", "fd00::1"))).toBe("http://[fd00::1]:8080");
  expect([url(at("http", "::1")), url(at("mqtt", "0.0.0.0")), url()]).toEqual([null, null, null]);
});
