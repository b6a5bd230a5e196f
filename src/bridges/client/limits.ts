import type { ConnackPacket, Version } from "../../codec/index.ts";
import type { RemoteLimits } from "./types.ts";

/** Messages without an acknowledgement, where the remote sets no lower bound: more help no line that there is, and would be sent again after a cut. */
const MOST_IN_FLIGHT = 1000;
/** Of a remote that cannot say how many it takes: as many as brokers queue for a client without being told (MQTT 3.1.1 has no bound). */
const MOST_UNTOLD = 100;

/** What a CONNACK says; what it leaves out has the standard's default (MQTT 5.0 section 3.2.2.3). */
export function limitsOf(version: Version, { properties = {} }: Pick<ConnackPacket, "properties">): RemoteLimits {
  const most = version === 5 ? Math.min(properties.receiveMaximum ?? 65_535, MOST_IN_FLIGHT) : MOST_UNTOLD;
  return {
    version,
    receiveMaximum: most,
    maxPacket: properties.maximumPacketSize ?? 268_435_460,
    topicAliases: properties.topicAliasMaximum ?? 0,
    maxQos: properties.maximumQos ?? 2,
    retain: properties.retainAvailable ?? true,
    wildcards: properties.wildcardSubscriptionAvailable ?? true,
  };
}
