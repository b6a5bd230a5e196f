import { CodecError } from "../codec/index.ts";
import type { Connection } from "./connection.ts";
import { answerBadConnect } from "./login.ts";

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
export function broken(connection: Connection, error: unknown): void {
  const { broker, session, wire } = connection;
  if (error instanceof CodecError) {
    broker.log.info(
      { remote: wire.remote, client: session?.clientId, reason: error.reason, error: error.message },
      "closed a connection that broke the protocol",
    );
    refuseBytes(connection, error);
    return;
  }
  broker.log.error({ remote: wire.remote, error: String((error as Error)?.stack ?? error) }, "a connection failed");
  connection.disconnect(0x80, "internal error", "The server made a mistake.");
}
/** Bytes that are not MQTT, or that say what is not allowed, end the connection [MQTT-4.13.1-1], [MQTT3-4.8.0-1]. */
function refuseBytes(connection: Connection, error: CodecError): void {
  const why = LIMITS.get(error.reason) ?? "protocol error";
  if (connection.open) {
    // product-wide publishing is mostly a wildcard in a topic name: say what is meant
    const text =
      error.reason === 0x90
        ? "Publishing to all devices of a product is not supported; a topic name must not hold + or #."
        : error.message;
    connection.disconnect(error.reason, why, text);
    return;
  }
  // a CONNECT that cannot be read; answered in the version it asked for, if that is known
  const { level } = error;
  if (level !== undefined && error.reason !== 0x95) answerBadConnect(connection, level, error);
  connection.finish(why, false);
}
