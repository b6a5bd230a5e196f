import { base64Bytes } from "./bytes.ts";
import type { Network } from "./draft.ts";
import { frequencyOf, gatewayOf } from "./radio.ts";
import { timeOf } from "./times.ts";
import { at, countOf, isObject, objectOf, objectsOf, textOf, Unreadable } from "./values.ts";

/** AWS IoT Core for LoRaWAN, as an HTTPS action of a rule (`SELECT *`) delivers it. */
export const aws: Network = {
  name: "aws",
  title: "AWS IoT Core for LoRaWAN",
  devEuiKey: "WirelessMetadata.LoRaWAN.DevEui",
  recognises: (body) =>
    at(body, "WirelessDeviceId") !== undefined ||
    at(body, "WirelessMetadata") !== undefined ||
    at(body, "messageType") === "DestinationConfirmation",
  read(raw) {
    const body = objectOf(raw);
    const confirm = textOf(body.enableUrl);
    if (confirm !== null)
      throw new Unreadable(`AWS asks whether this destination is yours: open ${confirm} once to confirm it.`);
    const lora = objectOf(at(body, "WirelessMetadata", "LoRaWAN") ?? body.LoRaWAN);
    const common = { devEui: lora.DevEui, deviceId: textOf(body.WirelessDeviceId), time: timeOf(lora.Timestamp), raw };
    if (textOf(body.EventType)?.toLowerCase() === "join" || body.joinEventType !== undefined)
      return [{ ...common, kind: "join", text: "The device joined the network." }];
    const bytes = base64Bytes(body.PayloadData, "PayloadData");
    return [
      {
        ...common,
        kind: "up",
        text: `An uplink of ${bytes?.length ?? 0} bytes on port ${countOf(lora.FPort) ?? 0}.`,
        uplink: {
          bytes,
          port: countOf(lora.FPort) ?? 0,
          counter: countOf(lora.FCnt) ?? 0,
          decoded: isObject(body.transformed_payload) ? body.transformed_payload : null,
          // the number of the data rate in the region's table; the factor itself is not told
          dataRate: textOf(lora.DataRate) === null ? null : `DR${textOf(lora.DataRate)}`,
          frequencyHz: frequencyOf(lora.Frequency),
          gateways: objectsOf(lora.Gateways).map((one) =>
            gatewayOf({ id: one.GatewayEui, rssi: one.Rssi, snr: one.Snr, time: lora.Timestamp }),
          ),
        },
      },
    ];
  },
};
