import { CodecError } from "../codec/index.ts";
import type { BrokerContext } from "./context.ts";
import { answerBadConnect } from "./login-refusal.ts";
import type { LoginChannel } from "./login.ts";

/** Limits that end a connection, as the metric names them (wire contract section 9). */
const LIMITS: ReadonlyMap<number, string> = new Map([
  [0x93, "receive maximum"],
  [0x94, "topic alias maximum"],
  [0x95, "packet too large"],
  [0x97, "topic alias bytes"],
]);

/**
 * A connection's bytes could not be dealt with: that ends this connection, and no other. A CodecError is the client's
 * doing, anything else a mistake of ours.
 */
export function broken(
  context: Pick<BrokerContext, "log" | "foldedLog" | "clock">,
  channel: LoginChannel,
  error: unknown,
): void {
  const { session, wire } = channel;
  if (error instanceof CodecError) {
    const facts = { remote: wire.remote, client: session?.clientId, reason: error.reason, error: error.message };
    const text = "closed a connection that broke the protocol";
    // what is no MQTT at all was told of with its cause
    if (wire.isTold !== true) context.foldedLog.info(facts, error.message, text, context.clock.steady());
    refuseBytes(channel, error);
    return;
  }
  context.log.error({ remote: wire.remote, error: String((error as Error)?.stack ?? error) }, "a connection failed");
  channel.disconnect(0x80, "internal error", "The server made a mistake.");
}
/** Bytes that are not MQTT, or that say what is not allowed, end the connection [MQTT-4.13.1-1], [MQTT3-4.8.0-1]. */
function refuseBytes(channel: LoginChannel, error: CodecError): void {
  const why = LIMITS.get(error.reason) ?? "protocol error";
  if (channel.open) {
    // product-wide publishing is mostly a wildcard in a topic name: say what is meant
    const text =
      error.reason === 0x90
        ? "Publishing to all devices of a product is not supported; a topic name must not hold + or #."
        : error.message;
    channel.disconnect(error.reason, why, text);
    return;
  }
  // a CONNECT that cannot be read; answered in the version it asked for, if that is known
  const { level } = error;
  if (level !== undefined && error.reason !== 0x95) answerBadConnect(channel, level, error);
  channel.finish(why, false);
}
