import type { DownlinkNetwork, Learnt, LoraDownlink, NetworkSettings } from "./types.ts";
import { base64Of, judgedStatus, missing, under, wordsOf } from "./wire.ts";

const TITLE = "The Things Stack";

/**
 * The Things Stack v3: into the queue of a device, in the name of a webhook. Our reference goes along as a correlation id, and comes back with each
 * event of the downlink. The device is called by its end device id, which uplinks tell.
 */
export const tti: DownlinkNetwork = {
  title: TITLE,
  needs: ["server"],
  takes: ["application", "webhook", "key"],
  acknowledges: true,
  build(settings, learnt, downlink) {
    const address = addressOf(settings, learnt, downlink);
    if ("problem" in address) return address;
    const headers = {
      Authorization: `Bearer ${address.key}`,
      "Content-Type": "application/json",
      "User-Agent": "fieldcast",
    };
    const message = {
      f_port: downlink.port,
      frm_payload: base64Of(downlink.bytes),
      confirmed: downlink.confirmed,
      priority: "NORMAL",
      correlation_ids: [correlationOf(downlink.reference)],
    };
    const body = JSON.stringify({ downlinks: [message] });
    return { requests: [{ method: "POST", url: address.url, headers, body }] };
  },
  read(answer) {
    const words = wordsOf(answer, "message");
    // the webhook is paused: the network does not say more
    const said = answer.status === 406 && words === "" ? "the webhook is paused there" : words;
    return judgedStatus(answer, said) ?? { is: "accepted", ids: [] };
  },
};

/** How The Things Stack tells our reference back. */
export function correlationOf(reference: string): string {
  return `fieldcast:${reference}`;
}

/** The webhook's own address when it is set up; otherwise what the headers of an uplink said. */
function addressOf(
  { server, application, webhook, key }: NetworkSettings,
  learnt: Learnt,
  { replace }: LoraDownlink,
): { readonly url: string; readonly key: string } | { readonly problem: string } {
  if (server === null) return missing(TITLE, "server", "its address, as https://eu1.cloud.thethings.network");
  const told = replace ? learnt.replace : learnt.push;
  if (key === null && told !== null && learnt.apiKey !== null && sameOrigin(told, server))
    return { url: told, key: learnt.apiKey };
  if (key === null)
    return missing(
      TITLE,
      "key",
      "an API key that may write downlink traffic; or give the webhook a downlink API key, which comes with uplinks",
    );
  if (application === null) return missing(TITLE, "application", "the application id");
  if (webhook === null) return missing(TITLE, "webhook", "the id of the webhook");
  if (learnt.deviceId === null)
    return { problem: "The end device id is not known yet: it comes with the first uplink of the device." };
  const part = encodeURIComponent;
  const path = `/api/v3/as/applications/${part(application)}/webhooks/${part(webhook)}/devices/${part(learnt.deviceId)}`;
  return { url: under(server, `${path}/down/${replace ? "replace" : "push"}`), key };
}

/** A key that an uplink brought along goes to the server that was set up, and to no other. */
function sameOrigin(url: string, server: string): boolean {
  const [a, b] = [URL.parse(url), URL.parse(server)];
  return a !== null && b !== null && a.origin === b.origin;
}
