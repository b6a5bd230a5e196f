import type { DownlinkNetwork } from "./types.ts";
import { hexOf, judgedStatus, missing, textOf, under } from "./wire.ts";

/**
 * Actility ThingPark: everything stands in the address, signed with the tunnel key as the SHA-256 of the parameters and the key. Our reference is the
 * CorrelationID, which its reports bring back.
 */
export const actility: DownlinkNetwork = {
  title: "Actility ThingPark",
  needs: ["server"],
  takes: ["application", "key"],
  acknowledges: true,
  build({ server, application, key }, _, downlink, { now, sha256 }) {
    if (server === null)
      return missing(
        "Actility ThingPark",
        "server",
        "the address before /downlink, as https://api.thingpark.com/thingpark/lrc/rest",
      );
    if (key !== null && application === null)
      return missing("Actility ThingPark", "application", "the AS_ID, which a signed request names");
    const { devEui, bytes, port, confirmed, replace, reference } = downlink;
    const query = [
      `DevEUI=${devEui.toUpperCase()}`,
      `FPort=${port}`,
      `Payload=${hexOf(bytes)}`,
      ...(confirmed ? ["Confirmed=1"] : []),
      ...(replace ? ["FlushDownlinkQueue=1"] : []),
      `CorrelationID=${reference.toUpperCase()}`,
      ...(application === null ? [] : [`AS_ID=${application}`]),
      // of signs that an address takes as they are, so that what is signed is what is sent
      `Time=${new Date(now).toISOString()}`,
    ].join("&");
    const token = key === null ? "" : `&Token=${sha256(query + key)}`;
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    return { requests: [{ method: "POST", url: under(server, `/downlink?${query}${token}`), headers, body: "" }] };
  },
  // statuses from 350 on are its own: each says in words what is wrong
  read: (answer) => judgedStatus(answer, textOf(answer.body)) ?? { is: "accepted", ids: [] },
};
