import { BODIES } from "../../../networks/bodies/all.testing.ts";
import type { Body } from "../../../networks/bodies/body.testing.ts";
import type { MapName } from "../types.ts";
import { MESHTASTIC, TELTONIKA, VICTRON } from "./systems.testing.ts";
import { OPENMQTTGATEWAY, OWNTRACKS, RTL_433, RUUVI } from "./field.testing.ts";
import { ESPHOME, SHELLY_GEN1, SHELLY_GEN2, TASMOTA, ZIGBEE2MQTT } from "./home.testing.ts";
import type { Sample } from "./message.testing.ts";

/** Of the three LoRaWAN networks: what they send to a webhook they publish, too. */
function published(map: MapName, network: Body["network"], topic: (body: Body) => string): Sample[] {
  return BODIES.filter((body) => body.network === network).map(
    ({ what, json, bytes, expected, ...body }): Sample => ({
      map,
      what,
      topic: topic({ what, expected, ...body }),
      payload: bytes === undefined ? json : Uint8Array.from(Buffer.from(bytes, "hex")),
      event: [expected.kind, expected.devEui],
    }),
  );
}

export const SAMPLES: readonly Sample[] = [
  ...[ZIGBEE2MQTT, TASMOTA, SHELLY_GEN1, SHELLY_GEN2, ESPHOME, OWNTRACKS, OPENMQTTGATEWAY].flat(),
  ...[RTL_433, RUUVI, VICTRON, TELTONIKA, MESHTASTIC].flat(),
  ...published(
    "tti",
    "tti",
    ({ expected: { kind } }) => `v3/house@ttn/devices/cellar-3/${kind === "up" ? "up" : "down/sent"}`,
  ),
  ...published(
    "chirpstack",
    "chirpstack",
    ({ query = {}, expected: { devEui, kind } }) => `application/4/device/${devEui}/event/${query.event ?? kind}`,
  ),
  ...published("milesight", "milesight_gateway", ({ expected: { devEui } }) => `milesight/uplink/${devEui}`),
];
