import { flood } from "./qos0-flood.ts";
import { CPU_ROWS, type Scenario } from "./scenario.ts";

/** Many publishers flat out at QoS 0, one subscriber that hears them all. */
export const fanInQos0: Scenario = {
  id: "fan-in-qos0",
  title: (volume) => `${volume.publishers} publishers → 1 subscriber, QoS 0, pipelined`,
  rows: [
    { key: "delivered", label: "delivered/s", unit: "number" },
    { key: "published", label: "published/s (read by the server)", unit: "number" },
    { key: "share", label: "delivered of all published", unit: "percent" },
    ...CPU_ROWS,
  ],
  aim: "10×",
  load: (options) => flood(options, options.publishers, 1),
};
