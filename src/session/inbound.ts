import { CodecError } from "../codec/index.ts";

/** The receiving side's rules of one connection: topic aliases, receive maximum. No clock, no socket. */
export class Inbound {
  private aliases: Map<number, Uint8Array> | null = null;
  private aliasBytes = 0;
  /** QoS 1 and 2 publishes whose PUBACK or PUBCOMP has not left yet. */
  inFlight = 0;

  /**
   * @param aliasMaximum what CONNACK announced; @param receiveMaximum 0: v3, no limit
   * @param mostAliasBytes topics of all aliases together
   */
  constructor(
    private readonly aliasMaximum: number,
    private readonly receiveMaximum: number,
    private readonly mostAliasBytes = Number.POSITIVE_INFINITY,
  ) {}

  /**
   * Resolves a topic alias: with a topic it is set, without one it is used. Every one up to the maximum may be set
   * [MQTT-3.3.2-12].
   * @returns the topic's bytes, a copy
   * @throws CodecError 0x94 above the maximum [MQTT-3.3.2-9], 0x82 when it was never set, 0x97 when the topics are too long
   */
  alias(alias: number, buf: Uint8Array, start: number, end: number): Uint8Array {
    if (alias > this.aliasMaximum) throw new CodecError(0x94, aboveMaximum(alias, this.aliasMaximum));
    if (start < end) {
      this.aliasBytes += end - start - (this.aliases?.get(alias)?.length ?? 0);
      if (this.aliasBytes > this.mostAliasBytes)
        throw new CodecError(
          0x97,
          `The topics behind all aliases have more than ${this.mostAliasBytes} bytes together: send long topics without an alias. ` +
            "--max-alias-bytes allows more.",
        );
      const topic = buf.slice(start, end);
      this.aliases ??= new Map();
      this.aliases.set(alias, topic);
      return topic;
    }
    const known = this.aliases?.get(alias);
    if (known === undefined)
      throw new CodecError(
        0x82,
        `The topic alias ${alias} stands for no topic: aliases end with their connection. Send the topic's name with it ` +
          "first, also when a publish of an earlier connection is sent again.",
      );
    return known;
  }
  /** A QoS 1 or 2 publish came. @throws CodecError 0x93 when the client has too many in flight [MQTT-3.3.4-7] */
  received(): void {
    this.inFlight++;
    if (this.receiveMaximum > 0 && this.inFlight > this.receiveMaximum)
      throw new CodecError(
        0x93,
        `More than ${this.receiveMaximum} publishes have no answer yet, the Receive Maximum of CONNACK: wait for answers ` +
          "before sending more. --receive-maximum allows more.",
      );
  }
  answered(): void {
    if (this.inFlight > 0) this.inFlight--;
  }
}

/** What the client is to do: widely used ones keep publishes with an alias alone, and would send them for ever. */
function aboveMaximum(alias: number, maximum: number): string {
  const allows = "--topic-alias-maximum allows";
  if (maximum === 0)
    return `This server takes no topic aliases (Topic Alias Maximum 0): send every publish with its topic. ${allows} them.`;
  return `The topic alias ${alias} is above the maximum of ${maximum}: send the topic instead. ${allows} more.`;
}
