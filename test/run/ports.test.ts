import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { steadyPort } from "./ports.ts";

test("a port for a server that is restarted is none that the system gives away by itself", () => {
  const ports = Array.from({ length: 50 }, () => steadyPort());
  expect(new Set(ports).size).toBeGreaterThan(40);
  let first = 32_768;
  try {
    first = Number(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").split(/\s+/)[0]);
  } catch {
    // another system: its range begins higher
  }
  expect(Math.max(...ports)).toBeLessThan(first);
});

test("it is free: a listener on it is not handed out; when none is left, an error says so", () => {
  const taken = Bun.listen({ hostname: "127.0.0.1", port: steadyPort(), socket: { data() {} } });
  const ports: number[] = [];
  const all = () => {
    for (let i = 0; i <= 20; i++) ports.push(steadyPort(taken.port - 10, 20));
  };
  expect(all).toThrow(`no port of ${taken.port - 10} to ${taken.port + 9} is free`);
  expect(ports.length).toBeGreaterThan(5);
  expect(ports).not.toContain(taken.port);
  taken.stop(true);
});

test("no port is given twice, though nobody listens on it yet", () => {
  const ports = Array.from({ length: 500 }, () => steadyPort());
  expect(new Set(ports).size).toBe(ports.length);
});
