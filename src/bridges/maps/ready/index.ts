import type { ReadyMap } from "../kit.ts";
import { chirpstack } from "./chirpstack.ts";
import { esphome } from "./esphome.ts";
import { meshtastic } from "./meshtastic.ts";
import { milesight } from "./milesight.ts";
import { openmqttgateway } from "./openmqttgateway.ts";
import { owntracks } from "./owntracks.ts";
import { rtl433 } from "./rtl-433.ts";
import { ruuvi } from "./ruuvi.ts";
import { shellyGen1 } from "./shelly-gen1.ts";
import { shellyGen2 } from "./shelly-gen2.ts";
import { tasmota } from "./tasmota.ts";
import { teltonika } from "./teltonika.ts";
import { tti } from "./tti.ts";
import { victron } from "./victron.ts";
import { zigbee2mqtt } from "./zigbee2mqtt.ts";

/** In the order in which people are shown them. */
export const READY_MAPS: readonly ReadyMap[] = [
  zigbee2mqtt,
  tasmota,
  shellyGen1,
  shellyGen2,
  esphome,
  owntracks,
  openmqttgateway,
  rtl433,
  ruuvi,
  victron,
  teltonika,
  meshtastic,
  milesight,
  tti,
  chirpstack,
];
