import type { ReadyMap } from "../kit.ts";
import { networkEvents } from "./lorawan.ts";

/** The network server in Milesight's gateways, forwarding to MQTT; its topics are set there. */
export const milesight: ReadyMap = {
  name: "milesight",
  title: "Milesight gateway",
  base: "milesight",
  example: {
    topic: "milesight/uplink",
    payload:
      '{"applicationID":"1","devEUI":"24e124136b502217","deviceName":"EM300-TH","fCnt":128,"fPort":85,"data":"A2fqAARoTw==","time":"2026-03-04T10:11:12Z","txInfo":{"dataRate":{"spreadFactor":7,"bandwidth":125}}}',
  },
  subscribe: ["#"],
  topics: [{ filter: "{rest#}", read: (message) => networkEvents("milesight_gateway", message, null) }],
};
