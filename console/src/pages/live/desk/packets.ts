import type { IClientOptions, IClientPublishOptions, Packet } from "mqtt";
import type { PublishWish } from "./mosquitto.ts";

/** How the browser connects. */
export function optionsOf(clientId: string, ticket: string): IClientOptions {
  return {
    clientId,
    username: ticket,
    password: ticket,
    protocolVersion: 5,
    clean: true,
    keepalive: 60,
    // each connection takes a ticket of its own
    reconnectPeriod: 0,
    resubscribe: false,
    // the policy of the page allows no workers
    timerVariant: "native",
    properties: { requestProblemInformation: true },
  };
}

/** The reason code of an answer; 0 where it has none. */
export function reasonOf(packet: Packet | undefined): number {
  return packet !== undefined && "reasonCode" in packet ? (packet.reasonCode ?? 0) : 0;
}
/** The server's words: the Reason String of an answer. */
export function wordsOf(packet: Packet | undefined): string | null {
  if (packet === undefined || !("properties" in packet)) return null;
  const { properties } = packet;
  return properties !== undefined && "reasonString" in properties ? (properties.reasonString ?? null) : null;
}

/** The properties of a publish. */
export function propertiesOf({
  contentType,
  expiry,
  userProperties,
}: PublishWish): NonNullable<IClientPublishOptions["properties"]> {
  const own: Record<string, string[]> = {};
  for (const [name, value] of userProperties) own[name] = [...(own[name] ?? []), value];
  return {
    ...(contentType !== "" && { contentType }),
    ...(expiry !== "" && { messageExpiryInterval: Number(expiry) }),
    ...(userProperties.length > 0 && { userProperties: own }),
  };
}
