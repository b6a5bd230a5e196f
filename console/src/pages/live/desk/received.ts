import type { IPublishPacket } from "mqtt";
import type { Message } from "./messages.ts";

type Properties = NonNullable<IPublishPacket["properties"]>;

/** A packet as it is listed. @param at ms */
export function messageOf(key: number, at: number, packet: IPublishPacket): Message {
  const { topic, payload, qos, retain, dup, properties } = packet;
  const by = properties?.subscriptionIdentifier ?? [];
  return {
    key,
    at,
    topic,
    payload: typeof payload === "string" ? new TextEncoder().encode(payload) : new Uint8Array(payload),
    qos,
    retain,
    dup,
    by: typeof by === "number" ? [by] : by,
    properties: properties === undefined ? [] : pairsOf(properties),
  };
}

/** Properties of MQTT 5 by their names in the standard; those that only mean something on the wire are left out. */
function pairsOf(properties: Properties): [string, string][] {
  const { contentType, responseTopic, messageExpiryInterval, payloadFormatIndicator, correlationData } = properties;
  const { userProperties = {} } = properties;
  const known: [string, string | undefined][] = [
    ["Content Type", contentType],
    ["Message Expiry Interval", messageExpiryInterval === undefined ? undefined : `${messageExpiryInterval} s`],
    [
      "Payload Format Indicator",
      payloadFormatIndicator === undefined ? undefined : String(Number(payloadFormatIndicator)),
    ],
    ["Response Topic", responseTopic],
    [
      "Correlation Data",
      correlationData && [...correlationData].map((one) => one.toString(16).padStart(2, "0")).join(" "),
    ],
  ];
  const own = Object.entries(userProperties).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one): [string, string] => [name, one]),
  );
  return [...known.filter((one): one is [string, string] => one[1] !== undefined), ...own];
}
