import { type ApiExample, curlText } from "../../parts/as-api.tsx";
import type { TABS } from "./search.ts";

/** Below the address of a product. */
const PATHS: Readonly<Record<(typeof TABS)[number], readonly string[]>> = {
  fields: ["/fields"],
  decoder: ["/decoder", "/decoders"],
  integration: ["/integration"],
  downlinks: ["/downlinks"],
  suggestions: ["/suggestions"],
  configuration: ["/configuration"],
  options: ["", "/retention"],
};

/** What a tab shows, as programs ask for it. @param product its slug */
export function apiExamples(tab: (typeof TABS)[number], product: string): ApiExample[] {
  return PATHS[tab].map((path) => curlText(`/products/${product}${path}`));
}
