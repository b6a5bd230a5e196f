import { record } from "./compat/record.ts";
import type { HttpDeps } from "./deps.ts";
import type { NetworkHandler } from "./integrations/lorawan.ts";
import { JSON_TYPE } from "./kit/answer.ts";
import { onlyParametersInAnyCase } from "./kit/parameters.ts";
import type { QuickRoute } from "./kit/quick.ts";

/** A record of a device, and an uplink of a network. */
export function quickRoutes(deps: HttpDeps, network: NetworkHandler): readonly QuickRoute[] {
  return [
    {
      matches: /^https?:\/\/[^/]+\/v1\/devices\/[^/?]+\/record\/?(?:\?|$)/,
      path: "/v1/devices/:id/record",
      sample: "/v1/none",
      type: JSON_TYPE,
      checks: onlyParametersInAnyCase("batch"),
      handler: (headers) => record(deps, headers),
    },
    {
      matches: /^https?:\/\/[^/]+\/integrations\/lorawan\/[^/?]+\/?(?:\?|$)/,
      path: "/integrations/lorawan/:network",
      sample: "/integrations/none",
      type: "text/plain; charset=utf-8",
      handler: network,
    },
  ];
}
