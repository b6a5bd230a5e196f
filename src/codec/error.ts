/** Reason codes of MQTT 5 (section 2.4) that the codec itself gives. */
export const MALFORMED = 0x81;
export const PROTOCOL_ERROR = 0x82;
export const UNSUPPORTED_VERSION = 0x84;
export const TOPIC_NAME_INVALID = 0x90;
export const TOPIC_ALIAS_INVALID = 0x94;
export const PACKET_TOO_LARGE = 0x95;

/**
 * The only error that the codec throws. `reason` is an MQTT 5 reason code, fit for a CONNACK or DISCONNECT (v3: close).
 * `message` says what is wrong in the codec's own words and never holds bytes of the client.
 */
export class CodecError extends Error {
  override readonly name = "CodecError";
  /**
   * Set only by the decoding of a CONNECT, from the moment its protocol level is known: the level found, without the
   * bridge bit 0x80 that some brokers add. 5 and above can be answered with a v5 CONNACK, below with a v3 one;
   * undefined means that the peer does not speak MQTT, so closing without an answer is all there is.
   */
  level: number | undefined = undefined;
  /** Set as `level` is, where the Maximum Packet Size of the CONNECT was read before the mistake: bytes that an answer may have. */
  maxPacket: number | undefined = undefined;

  constructor(
    readonly reason: number,
    message: string,
  ) {
    super(message);
  }
}

/** Section 1.2 "Malformed Packet": the bytes cannot be parsed according to the standard. */
export function malformed(message: string): CodecError {
  return new CodecError(MALFORMED, message);
}

/** Section 1.2 "Protocol Error": the bytes parse, but say what is not allowed. */
export function protocolError(message: string): CodecError {
  return new CodecError(PROTOCOL_ERROR, message);
}
