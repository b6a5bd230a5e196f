import { type ApiExample, curlText, postText } from "../../parts/as-api.tsx";
import type { TABS } from "./search.ts";

interface About {
  readonly product: string;
  /** Its id. */
  readonly device: string;
  /** Topic filter of all its values. */
  readonly subscribe: string;
}

/** What a tab shows, as programs ask for it. */
export function apiExamples(tab: (typeof TABS)[number], { product, device, subscribe }: About): ApiExample[] {
  const at = `/products/${product}/devices/${encodeURIComponent(device)}`;
  const stream: ApiExample = { name: "MQTT", text: subscribe };
  switch (tab) {
    case "history":
      return [postText("/history", { products: [product], devices: [device], points: 200 }), stream];
    case "debug":
      return [curlText(`/inspect?device=${encodeURIComponent(`${product}/${device}`)}`), curlText(`${at}/refusals`)];
    case "downlinks":
      return [curlText(`${at}/downlinks`)];
    case "permissions":
      return [curlText(`/rights?product=${product}&device=${encodeURIComponent(device)}`)];
    case "configuration":
      return [curlText(at)];
    default:
      return [curlText(`${at}/values`), stream];
  }
}
