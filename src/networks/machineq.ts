import { hexBytes } from "./bytes.ts";
import type { Network } from "./draft.ts";
import { frequencyOf, gatewayOf, loraRate } from "./radio.ts";
import { timeOf } from "./times.ts";
import { at, countOf, isObject, objectOf, objectsOf, textOf } from "./values.ts";

/** Comcast MachineQ, which writes every number as text. */
export const machineq: Network = {
  name: "machineq",
  title: "MachineQ",
  devEuiKey: "DevEUI",
  recognises: (body) => at(body, "payload_hex") !== undefined && at(body, "DevEUI") !== undefined,
  read(raw) {
    const body = objectOf(raw);
    const bytes = hexBytes(body.payload_hex, "payload_hex");
    return [
      {
        kind: "up",
        devEui: body.DevEUI,
        deviceId: textOf(body.DeviceName),
        time: timeOf(body.Time),
        text: `An uplink of ${bytes?.length ?? 0} bytes on port ${countOf(body.FPort) ?? 0}.`,
        uplink: {
          bytes,
          port: countOf(body.FPort) ?? 0,
          counter: countOf(body.FCntUp) ?? 0,
          decoded: isObject(body.decoded_payload) ? body.decoded_payload : null,
          dataRate: loraRate(body.SpreadingFactor ?? body.SpFact, 125),
          frequencyHz: frequencyOf(body.Frequency),
          gateways: objectsOf(body.GatewayList).map((one) =>
            gatewayOf({
              id: one.GatewayID,
              rssi: one.GatewayRSSI,
              snr: one.GatewaySNR,
              lat: one.GatewayLatitude,
              lng: one.GatewayLongitude,
            }),
          ),
        },
        raw,
      },
    ];
  },
};
