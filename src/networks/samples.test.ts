import { expect, test } from "bun:test";
import { NETWORK_TYPES, type NetworkType } from "./downlinks/types.ts";
import { readNetwork } from "./index.ts";
import { sampleBody, uplinksOf } from "./samples.ts";

const TIME = Date.UTC(2026, 10, 29, 12, 0, 0, 345);
const UPLINK = {
  ...{ devEui: "70b3d57ed005a11c", deviceId: "cellar-3", bytes: Uint8Array.of(0, 0xd2, 0xff), port: 7, counter: 4711 },
  time: TIME,
};
const TYPES = NETWORK_TYPES.filter((type): type is Exclude<NetworkType, "http"> => type !== "http");

test.each(TYPES)("a sample of %s is read as the uplink that it is, at its address and at auto", (type) => {
  const body = Buffer.from(JSON.stringify(sampleBody(type, UPLINK)));
  const request = { body, contentType: "application/json", query: {}, headers: {}, now: TIME };
  for (const name of [uplinksOf(type) ?? "auto", "auto"] as const) {
    const reading = readNetwork(name, request);
    if (!reading.ok) throw new Error(reading.problem);
    expect(reading.events).toHaveLength(1);
    const { kind, devEui, uplink, network } = reading.events[0]!; // counted
    expect([network, kind, devEui]).toEqual([uplinksOf(type)!, "up", UPLINK.devEui]);
    const { bytes, port, counter, rssi, dataRate, gateways } = uplink!; // of `up`
    expect([bytes, port, counter, gateways.length]).toEqual([UPLINK.bytes, 7, 4711, 1]);
    expect([rssi, dataRate]).toEqual([-97, type === "chirpstack_v3" ? dataRate : "SF7BW125"]);
  }
});
test("what comes over HTTP is no LoRaWAN", () => expect(uplinksOf("http")).toBeNull());
