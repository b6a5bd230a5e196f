import type { CodecError, ConnackPacket, ConnectPacket } from "../codec/index.ts";
import { encode, encodeWithin } from "../codec/index.ts";
import { v3ReturnCode } from "../session/connect.ts";
import type { Channel, Phase } from "./channel.ts";
import type { BrokerContext } from "./context.ts";
import { cameBy } from "./wire.ts";

/** A connection that is not let in. */
interface RefusedChannel extends Channel {
  phase: Phase;
}

/** Refusals that are not the client's fault. */
const OURS: ReadonlySet<string> = new Set(["storage_unavailable", "session_elsewhere", "clock_not_set"]);

/** CONNACK with a reason, and the end [MQTT-3.2.2-7], [MQTT-3.1.3-8]; later, the more logins from this address failed before. */
export function refuseLogin(
  context: BrokerContext,
  channel: RefusedChannel,
  packet: ConnectPacket,
  reason: number,
  code: string,
  text: string,
  principal = "",
): void {
  context.metrics.loginRefused(code);
  const [client, came] = [packet.clientId, cameBy(channel.wire)];
  context.ingest.eventLog.seen({ kind: "login_refused", principal, client, ...came, code, message: text });
  const facts = { remote: came.remote, code, why: text, client, user: undefined };
  context.foldedLog.info(facts, code, "refused a login", context.clock.steady());
  channel.phase = "refused";
  const delay = OURS.has(code) ? 0 : context.failures.failed(came.remote, context.clock.steady());
  const answer = (): void => {
    if (channel.phase !== "refused") return;
    const bytes = connackRefusal(packet, reason, text);
    if (bytes !== null) channel.box.push(bytes);
    channel.finish(`login refused: ${code}`, false);
  };
  if (delay === 0) answer();
  else context.later(answer, delay);
}
/**
 * A CONNECT that could not be decoded, from a client of protocol level `level`; the caller closes [MQTT-3.1.4-1]. In v3
 * there is no return code for most mistakes [MQTT3-3.2.2-6].
 */
export function answerBadConnect(channel: RefusedChannel, level: number, error: CodecError): void {
  if (level >= 5) {
    const connack: ConnackPacket = {
      type: "connack",
      sessionPresent: false,
      reasonCode: error.reason,
      properties: { reasonString: error.message },
    };
    // [MQTT-3.2.2-19]; a client that takes no CONNACK at all is told nothing
    const bytes = encodeWithin(5, connack, error.maxPacket ?? Number.POSITIVE_INFINITY);
    if (bytes !== null) channel.box.push(bytes);
  } else if (error.reason === 0x84) {
    channel.box.push(encode(4, { type: "connack", sessionPresent: false, reasonCode: 1 })); // [MQTT3-3.1.2-2]
  }
}

/** A CONNACK that refuses; null: the client takes no packet of that size [MQTT-3.1.2-24]. */
export function connackRefusal(packet: ConnectPacket, reason: number, text: string): Uint8Array | null {
  const { version } = packet;
  if (version !== 5)
    return encode(version, { type: "connack", sessionPresent: false, reasonCode: v3ReturnCode(reason) });
  const connack: ConnackPacket = {
    type: "connack",
    sessionPresent: false,
    reasonCode: reason,
    properties: { reasonString: text },
  };
  return encodeWithin(5, connack, packet.properties?.maximumPacketSize ?? Number.POSITIVE_INFINITY);
}
