import type { DownlinkNetwork } from "./types.ts";
import { hexOf, judgedStatus, missing, objectOf, short, under, wordsOf } from "./wire.ts";

/** LORIOT: its REST interface, which answers 200 with an error, too, and names the downlink by its sequence number. */
export const loriot: DownlinkNetwork = {
  title: "LORIOT",
  needs: ["server", "application", "key"],
  takes: [],
  acknowledges: true,
  build({ server, application, key }, _, { devEui, bytes, port, confirmed }) {
    if (server === null) return missing("LORIOT", "server", "its address, as https://eu1.loriot.io");
    if (application === null) return missing("LORIOT", "application", "the application id");
    if (key === null) return missing("LORIOT", "key", "an access token of the application");
    const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json", Accept: "application/json" };
    const message = { cmd: "tx", EUI: devEui.toUpperCase(), port, confirmed, data: hexOf(bytes), appid: application };
    return { requests: [{ method: "POST", url: under(server, "/1/rest"), headers, body: JSON.stringify(message) }] };
  },
  read(answer) {
    const judged = judgedStatus(answer, wordsOf(answer, "error", "message"));
    if (judged !== null) return judged;
    const told = objectOf(answer.body);
    if (typeof told?.error === "string" && told.error !== "") return { is: "refused", reason: short(told.error) };
    const { seqdn } = told ?? {};
    return { is: "accepted", ids: typeof seqdn === "number" || typeof seqdn === "string" ? [String(seqdn)] : [] };
  },
};
