import type { Figures } from "../load/measure.ts";
import type { MqttVersion } from "../load/packets.ts";
import { acknowledgedFlood } from "./acknowledged-flood.ts";
import { qos0Flood } from "./qos0-flood.ts";
import type { LoadOptions, Scenario } from "./scenario.ts";

/** Each version comes first once and last once, so that neither gains by a server that becomes warm. */
const ORDER: readonly MqttVersion[] = [4, 5, 5, 4];

/** The same two loads by clients of MQTT 3.1.1 and of MQTT 5, on one server. */
export const versions: Scenario = {
  id: "versions",
  group: "transport",
  title: ({ publishers, subscribers }) =>
    `MQTT 5 and 3.1.1: ${publishers} publishers → 1 subscriber, QoS 1; 1 publisher → ${subscribers} subscribers, QoS 0`,
  rows: [
    { key: "acknowledged5", label: "acknowledged publishes/s, MQTT 5", unit: "number" },
    { key: "acknowledged4", label: "acknowledged publishes/s, MQTT 3.1.1", unit: "number" },
    { key: "acknowledgedRatio", label: "MQTT 5 / 3.1.1", unit: "ratio" },
    { key: "delivered5", label: "deliveries/s, MQTT 5", unit: "number" },
    { key: "delivered4", label: "deliveries/s, MQTT 3.1.1", unit: "number" },
    { key: "deliveredRatio", label: "MQTT 5 / 3.1.1", unit: "ratio" },
  ],
  aim: "–",
  cannot: { aedes: "speaks no MQTT 5" },
  load,
};

async function load(options: LoadOptions): Promise<Figures> {
  const figures: Figures = {};
  const add = (key: string, value = Number.NaN) => {
    figures[key] = (figures[key] ?? 0) + value / 2;
  };
  for (const version of ORDER) {
    const half = { ...options, target: { ...options.target, version }, seconds: options.seconds / 2 };
    add(`acknowledged${version}`, (await acknowledgedFlood(half, { qos: 1 })).acknowledged);
    add(`delivered${version}`, (await qos0Flood(half, 1, options.subscribers)).delivered);
  }
  const ratio = (name: string) => (figures[`${name}5`] ?? 0) / (figures[`${name}4`] ?? 0);
  return { ...figures, acknowledgedRatio: ratio("acknowledged"), deliveredRatio: ratio("delivered") };
}
