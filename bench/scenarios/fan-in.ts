import type { Qos } from "../load/packets.ts";
import { acknowledgedFlood, FLOOD_ROWS } from "./acknowledged-flood.ts";
import { QOS0_ROWS, qos0Flood } from "./qos0-flood.ts";
import type { GroupName, Needs, Scenario } from "./scenario.ts";

const NO_QOS2 = { rabbitmq: "has no QoS 2: it grants QoS 1", nats: "has no QoS 2 before version 2.10" };

/** Many publishers flat out, one subscriber that hears them all. */
function fanIn(id: string, group: GroupName, qos: Qos, needs: Needs, aim: string): Scenario {
  const how = qos === 0 ? "pipelined" : "";
  const over = needs.transport === "tcp" ? "" : needs.transport === "tls" ? " over TLS" : " over WebSocket";
  const where = needs.topics === "free" ? " on free topics" : "";
  return {
    id,
    group,
    title: ({ publishers, window }) =>
      `${publishers} publishers → 1 subscriber${where}${over}, QoS ${qos}, ${how || `${window} in flight each`}`,
    rows: qos === 0 ? QOS0_ROWS : FLOOD_ROWS,
    aim,
    needs: () => needs,
    ...(qos === 2 && { cannot: NO_QOS2 }),
    load: (options) => (qos === 0 ? qos0Flood(options, options.publishers, 1) : acknowledgedFlood(options, { qos })),
  };
}

const PLATFORM: Needs = { transport: "tcp", topics: "platform" };
const FREE: Needs = { transport: "tcp", topics: "free" };

export const FAN_IN: readonly Scenario[] = [
  fanIn("fan-in-qos0", "core", 0, PLATFORM, "10×"),
  fanIn("fan-in-qos1", "core", 1, PLATFORM, "5×"),
  fanIn("fan-in-qos2", "core", 2, PLATFORM, "–"),
];
export const FREE_FAN_IN: readonly Scenario[] = [
  fanIn("free-fan-in-qos0", "core", 0, FREE, "–"),
  fanIn("free-fan-in-qos1", "core", 1, FREE, "–"),
];
export const CARRIED_FAN_IN: readonly Scenario[] = [
  fanIn("tls-fan-in", "transport", 1, { ...PLATFORM, transport: "tls" }, "–"),
  fanIn("websocket-fan-in", "transport", 1, { ...PLATFORM, transport: "websocket" }, "–"),
];
