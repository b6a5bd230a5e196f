import { QOS0_ROWS, qos0Flood } from "./qos0-flood.ts";
import type { Needs, Row, Scenario } from "./scenario.ts";

const ROWS: readonly [Row, ...Row[]] = [{ ...QOS0_ROWS[0], label: "deliveries/s" }, ...QOS0_ROWS.slice(1)];

/** One publisher flat out at QoS 0, many subscribers that each hear everything. */
function fanOut(id: string, topics: Needs["topics"], aim: string): Scenario {
  return {
    id,
    group: "core",
    title: ({ subscribers }) =>
      `1 publisher → ${subscribers} subscribers${topics === "free" ? " on free topics" : ""}, QoS 0`,
    rows: ROWS,
    aim,
    needs: () => ({ transport: "tcp", topics }),
    load: (options) => qos0Flood(options, 1, options.subscribers),
  };
}

export const fanOutPlatform = fanOut("fan-out", "platform", "25×");
export const fanOutFree = fanOut("free-fan-out", "free", "–");
