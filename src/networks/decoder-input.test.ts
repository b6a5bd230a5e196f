import { expect, test } from "bun:test";
import { BODIES, NOW, requestOf } from "./bodies/all.testing.ts";
import { uplinkInput } from "./decoder-input.ts";
import { readNetwork } from "./index.ts";
import type { NetworkName } from "./types.ts";

function inputOf(network: NetworkName, mentioned: readonly string[] = []) {
  const body = BODIES.find((one) => one.network === network && one.expected.kind === "up")!; // every network has one
  const reading = readNetwork(network, requestOf(body));
  if (!reading.ok) throw new Error(reading.problem);
  const event = reading.events[0]!; // the one that was found
  return { event, ...uplinkInput(event, event.uplink!, NOW, { floor: "2" }, (name) => mentioned.includes(name)) };
}

test("a decoder gets bytes, port, time and what the network says, in the same form of every network", () => {
  const { input, globals } = inputOf("tti");
  const normalizedPayload = {
    deveui: "70b3d57ed005a11c",
    port: 2,
    counter: 1042,
    frequency: 868_100_000,
    data_rate: "SF7BW125",
    coding_rate: "4/5",
    gateways: [
      { id: "B827EBFFFE8B01DD", datetime: "2026-03-04T10:11:12.101Z", channel: 3, rssi: -97, snr: 8.2 },
      { id: "packetbroker", datetime: "2026-03-04T10:11:12.140Z", channel: 0, rssi: -113, snr: -3.5 },
    ],
  };
  expect(input).toEqual({
    bytes: [0, 210, 1, 244],
    fPort: 2,
    recvTime: Date.parse("2026-03-04T10:11:12.140Z"),
    variables: { floor: "2" },
    info: normalizedPayload,
  });
  expect(globals).toEqual({ normalizedPayload });
});

test("rawPayload is what came, where the script mentions it", () => {
  const { event, globals } = inputOf("wanesy", ["rawPayload"]);
  expect(globals.rawPayload).toBe(event.raw);
});

test("Helium's third parameter is what Helium sends", () => {
  const { event, input } = inputOf("helium");
  expect(input.info).toBe(event.raw);
});

test("LoRaObject is Milesight's own, and is made of what other networks send", () => {
  const own = inputOf("milesight_gateway", ["LoRaObject"]);
  expect(own.globals.LoRaObject).toBe(own.event.raw);
  const { globals } = inputOf("chirpstack", ["LoRaObject"]);
  expect(globals.LoRaObject).toMatchObject({
    deviceName: "Barn door",
    devEUI: "0101010101010101",
    time: "2026-07-18T09:34:15.775Z",
    rxInfo: [{ mac: "0016c001f153a14c", rssi: -36, loRaSNR: 10.5, latitude: 46.1 }, { loRaSNR: 0 }],
    txInfo: {
      frequency: 867_100_000,
      dataRate: { modulation: "LORA", bandwidth: 125, spreadFactor: 11 },
      codeRate: "4/5",
    },
    fCnt: 4,
    fPort: 10,
    data: "AQIDBA==",
  });
});
