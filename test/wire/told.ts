import type { IClientPublishOptions, MqttClient } from "mqtt";
import type {
  PublishPacket,
  SubackPacket,
  SubscribeProperties,
  Subscription,
  PublishProperties,
} from "../../src/codec/index.ts";
import type { JsClient } from "../run/clients.ts";
import type { Raw } from "../run/raw.ts";
import { until } from "../run/until.ts";

/** How the server answered a publish. */
interface Told {
  /** v5 reason code. */
  readonly reason: number;
  /** The Reason String. */
  readonly text: string;
  /** Of the catalogue; undefined: it says none. */
  readonly code?: string;
}

/** Publishes with MQTT.js; the server's answer, whether it took the message or not. */
export function publishJs(
  client: MqttClient,
  topic: string,
  payload: string | Buffer,
  options: IClientPublishOptions = { qos: 1 },
): Promise<Told> {
  const { promise, resolve, reject } = Promise.withResolvers<Told>();
  client.publish(topic, payload, options, (error, packet) => {
    // PUBACK or PUBREC of a refusal, PUBACK or PUBCOMP otherwise
    const answer = packet as { reasonCode?: number; properties?: { reasonString?: string } } | undefined;
    if (error && answer?.reasonCode === undefined) reject(error);
    else resolve({ reason: answer?.reasonCode ?? 0, text: answer?.properties?.reasonString ?? "" });
  });
  return promise;
}
/** Takes the next `count` messages out of a client of MQTT.js, as `topic payload`. */
export async function heardJs(js: JsClient, count: number): Promise<string[]> {
  await until(`${count} messages; here: ${JSON.stringify(js.messages)}`, () => js.messages.length >= count);
  return js.messages.splice(0, count).map(({ topic, payload }) => `${topic} ${payload}`);
}

function codeOf(properties: readonly (readonly [string, string])[] | undefined): { code?: string } {
  const code = properties?.find(([name]) => name === "code")?.[1];
  return code === undefined ? {} : { code };
}

/** Publishes at QoS 1 and answers the PUBACK; other packets that come before it are returned too. */
export async function publishRaw(
  raw: Raw,
  topic: string,
  payload: string | Uint8Array,
  properties?: PublishProperties,
  more: Partial<PublishPacket> = {},
): Promise<Told & { readonly heard: PublishPacket[] }> {
  raw.publish(topic, payload, { qos: 1, packetId: raw.id(), ...(properties && { properties }), ...more });
  const heard: PublishPacket[] = [];
  for (;;) {
    const packet = await raw.next();
    if (packet.type === "publish") heard.push(packet);
    else if (packet.type === "puback" || packet.type === "pubrec")
      return {
        reason: packet.reasonCode,
        text: packet.properties?.reasonString ?? "",
        ...codeOf(packet.properties?.userProperties),
        heard,
      };
    else throw new Error(`${packet.type} came instead of an acknowledgement`);
  }
}
/** Subscribes with options and properties; what was retained may follow the SUBACK. */
export function subscribeRaw(
  raw: Raw,
  filter: string | readonly string[],
  options: Partial<Subscription> = {},
  properties?: SubscribeProperties,
): Promise<SubackPacket> {
  const defaults = { qos: 0 as const, noLocal: false, retainAsPublished: false, retainHandling: 0 as const };
  const subscriptions = [filter].flat().map((f) => ({ ...defaults, ...options, filter: f }));
  raw.send({ type: "subscribe", packetId: raw.id(), subscriptions, ...(properties && { properties }) });
  return raw.expect("suback");
}
/** The value of a User Property. */
export function property(packet: PublishPacket, name: string): string | undefined {
  return packet.properties?.userProperties?.find(([key]) => key === name)?.[1];
}
/** The JSON of a message on dtck-errors/…. */
export interface ErrorMessage {
  readonly code: string;
  readonly message: string;
  readonly topic: string;
  readonly payload: string;
  readonly base64?: boolean;
  readonly row?: number;
  readonly count?: number;
  readonly time: string;
}
export function errorOf(packet: PublishPacket): ErrorMessage {
  return JSON.parse(new TextDecoder().decode(packet.payload)) as ErrorMessage; // src/broker/errors.ts
}
