import { shell } from "../../parts/shell.ts";
import type { Snippet } from "./snippet.ts";
import type { Target } from "./target.ts";

/** An uplink of no bytes that mean anything: 0x00d2 on port 2. */
const PAYLOAD = "ANI=";

function snippets(network: string, query: string, { origin, token }: Target, uplink: object): readonly Snippet[] {
  const address = `${origin}/integrations/lorawan/${network}`;
  const insecure = origin.startsWith("https:") ? " -k" : "";
  const header = `Authorization: Token ${token}`;
  const code = `curl${insecure} -X POST '${address}${query}' \\\n  -H ${shell(header)} -H 'Content-Type: application/json' \\\n  -d ${shell(JSON.stringify(uplink))}`;
  return [
    { what: "baseUrl", code: address },
    { what: "header", code: header },
    { what: "try", code },
  ];
}

export function theThingsStack(target: Target): readonly Snippet[] {
  return snippets("tti", "", target, {
    end_device_ids: { device_id: target.device.toLowerCase(), dev_eui: devEui(target) },
    uplink_message: { f_port: 2, f_cnt: 1, frm_payload: PAYLOAD },
  });
}

export function chirpstack(target: Target): readonly Snippet[] {
  return snippets("chirpstack", "?event=up", target, {
    deviceInfo: { deviceName: target.device, devEui: devEui(target).toLowerCase() },
    fCnt: 1,
    fPort: 2,
    data: PAYLOAD,
  });
}

const devEui = ({ serial }: Target) => serial?.replaceAll(/[^0-9A-Fa-f]/g, "").toUpperCase() ?? "0000000000000000";
