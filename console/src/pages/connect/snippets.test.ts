import { expect, test } from "bun:test";
import { WAYS } from "./search.ts";
import { shell } from "../../parts/shell.ts";
import { snippetsOf } from "./snippets.ts";
import { mqttReach } from "../../parts/reach.ts";
import type { Target } from "./target.ts";

const field = { id: "TEMPERATURE", type: "NUMERIC", name: "Temperature", unit: "°C" } as const;
const target: Target = {
  host: "fieldcast.example.com",
  port: 8883,
  tls: true,
  ownCa: true,
  ca: "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n",
  origin: "https://fieldcast.example.com",
  prefix: "dtck",
  product: "my-product",
  device: "000001",
  serial: "70-B3-D5-7E-D0-05-A1-1C",
  field,
  fields: [field, { id: "DOOR", type: "BOOL", name: "Door", unit: null }],
  token: "t0ken",
  integrationKey: "a199afc3",
};
const all = (way: (typeof WAYS)[number], more: Partial<Target> = {}) =>
  snippetsOf(way, { ...target, ...more })
    .map(({ code }) => code)
    .join("\n");

test.each(WAYS)("%s: the token is in it, and nothing of another device", (way) => {
  expect(all(way)).toContain("t0ken");
  expect(all(way)).not.toContain("undefined");
});

test("the topic is the final one, everywhere where one publishes", () => {
  for (const way of ["mosquitto", "python", "javascript", "arduino", "node-red"] as const)
    expect(all(way)).toContain("dtck-pub/my-product/000001/TEMPERATURE");
  expect(all("http")).toContain("/api/v1/products/my-product/devices/000001/measurements");
});

test("the CA file is asked for with TLS and an authority of the server's own alone", () => {
  for (const way of ["mosquitto", "python", "javascript"] as const) {
    expect(all(way)).toContain("ca.pem");
    expect(all(way, { tls: false })).not.toContain("ca.pem");
    expect(all(way, { ownCa: false })).not.toContain("ca.pem");
  }
  expect(all("arduino")).toContain("-----END CERTIFICATE-----");
});

test("LoRaWAN networks name the device by its serial", () => {
  expect(all("tti")).toContain('"dev_eui":"70B3D57ED005A11C"');
  expect(all("chirpstack")).toContain('"devEui":"70b3d57ed005a11c"');
});

test("what is imported is JSON", () => {
  const flow = snippetsOf("node-red", target).find(({ what }) => what === "flow")?.code ?? "";
  const nodes = JSON.parse(flow) as { id: string; wires?: string[][]; broker?: string }[];
  const ids = new Set(nodes.map(({ id }) => id));
  expect(nodes.flatMap(({ wires = [] }) => wires.flat()).every((id) => ids.has(id))).toBe(true);
});

test("what stands in a shell stays one word", () => {
  expect(shell(`it's "x" $HOME`)).toBe(`'it'\\''s "x" $HOME'`);
});

const listener = (name: "mqtt" | "mqtts" | "http", local: boolean) =>
  ({ name, port: name === "mqtt" ? 1883 : 8883, secure: name === "mqtts", local }) as const;
test.each([
  ["localhost", undefined, 1883],
  ["127.0.0.1", true, 8883],
  ["fieldcast.example.com", undefined, 8883],
  // the plain listener is on the server's own machine alone
  ["fieldcast.example.com", false, 8883],
] as const)("from %s with TLS %p: port %i", (host, wish, port) => {
  const listeners = [listener("mqtt", true), listener("mqtts", false), listener("http", true)];
  const reach = mqttReach(
    { prefix: "dtck", free_topics: false, public_url: null, own_ca: true, listeners },
    host,
    wish,
  );
  expect([reach?.port, reach?.host]).toEqual([port, host]);
});
