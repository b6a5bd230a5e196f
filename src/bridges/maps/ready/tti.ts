import { ignored, type ReadyMap } from "../kit.ts";
import { networkEvents } from "./lorawan.ts";

/** The Things Stack over its own MQTT server: 3.1.1, QoS 0, the application as user, an API key as password. */
export const tti: ReadyMap = {
  name: "tti",
  title: "The Things Stack",
  base: "v3",
  example: {
    topic: "v3/house@ttn/devices/cellar-3/up",
    payload:
      '{"end_device_ids":{"device_id":"cellar-3","dev_eui":"70B3D57ED005A11C"},"received_at":"2026-03-04T10:11:12Z","uplink_message":{"f_port":2,"f_cnt":1042,"frm_payload":"ANIB9A=="}}',
  },
  subscribe: ["+/devices/+/#"],
  topics: [
    {
      filter: "{application}/devices/{device}/down/push",
      read: ignored("A downlink that somebody asks for is no event."),
    },
    {
      filter: "{application}/devices/{device}/down/replace",
      read: ignored("A downlink that somebody asks for is no event."),
    },
    { filter: "{application}/devices/{device}/{event#}", read: (message) => networkEvents("tti", message, null) },
  ],
};
