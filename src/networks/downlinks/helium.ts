import type { DownlinkNetwork } from "./types.ts";
import { base64Of, judgedStatus, wordsOf } from "./wire.ts";

/** Helium Console: to the address that each uplink brings along, which holds its own key. It never says what became of a downlink. */
export const helium: DownlinkNetwork = {
  title: "Helium Console",
  needs: [],
  takes: ["server"],
  acknowledges: false,
  build({ server }, learnt, { bytes, port, confirmed }) {
    const { push: url } = learnt;
    if (url === null)
      return { problem: "The downlink URL is not known yet: it comes with the first uplink of the device." };
    if (server !== null && URL.parse(url)?.origin !== URL.parse(server)?.origin)
      return { problem: `The downlink URL of the last uplink does not lie on the network's server ${server}.` };
    const headers = { "Content-Type": "application/json" };
    const body = JSON.stringify({ payload_raw: base64Of(bytes), port, confirmed });
    return { requests: [{ method: "POST", url, headers, body }] };
  },
  read: (answer) => judgedStatus(answer, wordsOf(answer, "message", "error")) ?? { is: "accepted", ids: [] },
};
