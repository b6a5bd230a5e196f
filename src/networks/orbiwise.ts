import { base64Bytes, hexBytes } from "./bytes.ts";
import type { Network } from "./draft.ts";
import { codingRate, frequencyOf, gatewayOf, rateText } from "./radio.ts";
import { timeOf } from "./times.ts";
import { at, countOf, flagOf, isObject, objectOf, objectsOf, textOf } from "./values.ts";

/** OrbiWise OrbiWAN. */
export const orbiwise: Network = {
  name: "orbiwise",
  title: "OrbiWise",
  devEuiKey: "deveui",
  recognises: (body) =>
    at(body, "deveui") !== undefined &&
    (at(body, "dataFrame") !== undefined || at(body, "gtw_info") !== undefined || at(body, "status") !== undefined),
  read(raw, { query }) {
    const body = objectOf(raw);
    const common = { devEui: body.deveui, time: timeOf(body.timestamp), raw };
    if (body.dataFrame === undefined && body.gtw_info === undefined) {
      // what became of a downlink: 0 is well
      const id = textOf(body.transmissionId) ?? textOf(body.id);
      const failed = (countOf(body.transmissionStatus ?? body.status) ?? 0) > 1;
      const reason = failed ? `OrbiWise says status ${textOf(body.transmissionStatus ?? body.status)}` : null;
      return [
        {
          ...common,
          kind: failed ? "failed" : "sent",
          text: failed ? `A downlink failed: ${reason}.` : "A downlink was sent.",
          downlink: { ids: id === null ? [] : [id], reason },
        },
      ];
    }
    const hex = query.data_format?.toLowerCase() === "hex";
    const bytes = hex ? hexBytes(body.dataFrame, "dataFrame") : base64Bytes(body.dataFrame, "dataFrame");
    const gateways = objectsOf(body.gtw_info);
    return [
      {
        ...common,
        kind: "up",
        text: `An uplink of ${bytes?.length ?? 0} bytes on port ${countOf(body.port) ?? 0}.`,
        uplink: {
          bytes,
          port: countOf(body.port) ?? 0,
          counter: countOf(body.fcnt) ?? 0,
          confirmed: flagOf(body.confirmed),
          encrypted: flagOf(body.decrypted) === false,
          decoded: isObject(body.dataDecode) ? body.dataDecode : null,
          dataRate: rateText(body.dr_used),
          frequencyHz: frequencyOf(body.freq),
          codingRate: codingRate(body.cr_used),
          gateways: (gateways.length > 0 ? gateways : [body]).map((one) =>
            gatewayOf({
              ...one,
              id: one.gtw_id,
              time: undefined,
              lat: one.latitude,
              lng: one.longitude,
              alt: one.altitude,
            }),
          ),
        },
      },
    ];
  },
};
