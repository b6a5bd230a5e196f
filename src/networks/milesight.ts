import { readV3 } from "./chirpstack-v3.ts";
import type { Network } from "./draft.ts";
import { timeOf } from "./times.ts";
import { at, objectOf, textOf } from "./values.ts";

/** The network server that is built into Milesight's gateways; what it writes is close to ChirpStack 3. */
export const milesight: Network = {
  name: "milesight_gateway",
  title: "Milesight gateway",
  devEuiKey: "devEUI",
  recognises: (body) =>
    at(body, "devEUI") !== undefined &&
    (at(body, "gatewayTime") !== undefined ||
      at(body, "cellularIP") !== undefined ||
      at(body, "txInfo", "dataRate") !== undefined),
  read(raw) {
    const body = objectOf(raw);
    // `type` is there where the gateway sends several kinds: uplink, join, ack, error
    const type = textOf(body.type)?.toLowerCase() ?? "uplink";
    const event = type === "uplink" ? (body.acknowledged === undefined ? "up" : "ack") : type;
    const draft = readV3(event, body);
    return [{ ...draft, time: timeOf(body.time) ?? draft.time ?? timeOf(body.gatewayTime), raw }];
  },
};
