import { flood } from "./qos0-flood.ts";
import { CPU_ROWS, type Scenario } from "./scenario.ts";

/** One publisher flat out at QoS 0, many subscribers that each hear everything. */
export const fanOut: Scenario = {
  id: "fan-out",
  title: (volume) => `1 publisher → ${volume.subscribers} subscribers, QoS 0`,
  rows: [
    { key: "delivered", label: "deliveries/s", unit: "number" },
    { key: "published", label: "published/s (read by the server)", unit: "number" },
    { key: "share", label: "delivered of all published", unit: "percent" },
    ...CPU_ROWS,
  ],
  aim: "25×",
  load: (options) => flood(options, 1, options.subscribers),
};
