import { base64Bytes } from "./bytes.ts";
import type { Network } from "./draft.ts";
import { frequencyOf, gatewayOf, rateText } from "./radio.ts";
import { timeOf } from "./times.ts";
import { at, countOf, isObject, objectOf, objectsOf, textOf } from "./values.ts";

/** Helium Console. */
export const helium: Network = {
  name: "helium",
  title: "Helium Console",
  devEuiKey: "dev_eui",
  recognises: (body) =>
    at(body, "hotspots") !== undefined || (at(body, "dev_eui") !== undefined && at(body, "dc") !== undefined),
  read(raw) {
    const body = objectOf(raw);
    const push = textOf(body.downlink_url);
    const common = {
      devEui: body.dev_eui,
      deviceId: textOf(body.id),
      time: timeOf(body.reported_at),
      reply: push === null ? null : { push, replace: null, apiKey: null },
      raw,
    };
    if (body.type === "join")
      return [{ ...common, kind: "join", text: "The device joined the network.", id: textOf(body.uuid) }];
    const hotspots = objectsOf(body.hotspots);
    const bytes = base64Bytes(body.payload, "payload");
    return [
      {
        ...common,
        kind: "up",
        text: `An uplink of ${bytes?.length ?? 0} bytes on port ${countOf(body.port) ?? 0}.`,
        uplink: {
          bytes,
          port: countOf(body.port) ?? 0,
          counter: countOf(body.fcnt) ?? 0,
          decoded: isObject(at(body, "decoded", "payload")) ? at(body, "decoded", "payload") : null,
          dataRate: rateText(hotspots[0]?.spreading),
          frequencyHz: frequencyOf(hotspots[0]?.frequency),
          gateways: hotspots.map((one) =>
            gatewayOf({ ...one, id: one.id ?? one.name, time: one.reported_at, lng: one.long ?? one.lng }),
          ),
        },
      },
    ];
  },
};
