import { expect, test } from "bun:test";
import { natsAddress } from "./nats-address.ts";

test("addresses of NATS as its own tools take them, with the secret elsewhere or in it", () => {
  const plain = { isTls: false, ca: null, user: null, secret: null, prefix: "fieldcast" };
  const table: [string, string | null, object][] = [
    ["nats://a", null, { ...plain, servers: ["a:4222"], shown: "nats://a" }],
    [
      "nats://a:1,[::1]:2/plant",
      null,
      { ...plain, servers: ["a:1", "[::1]:2"], prefix: "plant", shown: "nats://a:1,[::1]:2" },
    ],
    ["nats://u:p%40:q@a", null, { ...plain, servers: ["a:4222"], user: "u", secret: "p@:q", shown: "nats://a" }],
    ["nats://token@a", null, { ...plain, servers: ["a:4222"], secret: "token", shown: "nats://a" }],
    ["nats://u@a", "filed", { ...plain, servers: ["a:4222"], user: "u", secret: "filed", shown: "nats://a" }],
    ["nats://a", "filed", { ...plain, servers: ["a:4222"], secret: "filed", shown: "nats://a" }],
    [
      "tls://a?ca=/etc/ca%20one.pem",
      null,
      { ...plain, servers: ["a:4222"], isTls: true, ca: "/etc/ca one.pem", shown: "tls://a" },
    ],
  ];
  for (const [text, secret, expected] of table) expect(natsAddress(text, secret) as object).toEqual(expected);
});

test("what is none is refused, and no secret is said", () => {
  for (const text of [
    "",
    "nats://",
    "mqtt://a",
    "nats://u:hush@",
    "nats://a b",
    "nats://hush@a:x",
    "nats://a/p/q",
    "nats://a?x=1",
  ])
    expect(() => natsAddress(text, null)).toThrow(/^(?!.*hush)--bus is not like nats:/);
});
