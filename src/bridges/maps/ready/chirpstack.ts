import { ignored, type ReadyMap } from "../kit.ts";
import { networkEvents } from "./lorawan.ts";

/** ChirpStack's MQTT integration, version 4 and 3, JSON or Protocol Buffers. */
export const chirpstack: ReadyMap = {
  name: "chirpstack",
  title: "ChirpStack",
  base: "application",
  example: {
    topic: "application/4/device/70b3d57ed005a11c/event/up",
    payload:
      '{"deviceInfo":{"deviceName":"cellar-3","devEui":"70b3d57ed005a11c"},"time":"2026-03-04T10:11:12Z","fCnt":1042,"fPort":2,"data":"ANIB9A=="}',
  },
  subscribe: ["+/device/+/event/+"],
  topics: [
    {
      filter: "{application}/device/{device}/event/{event}",
      read: (message, { event = "up" }) => networkEvents("chirpstack", message, event),
    },
    { filter: "{application}/device/{device}/{rest#}", read: ignored("Neither an event nor a value.") },
  ],
};
