/** The most UTF-16 units of a Reason String; some of them quote what the client sent. */
const MOST = 1000;

/**
 * A text as a Reason String can carry it: without U+0000 and lone surrogates [MQTT-1.5.4-1], [MQTT-1.5.4-2], and not
 * longer than a person reads.
 */
export function reasonText(text: string): string {
  const cut = text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text;
  return cut.toWellFormed().replaceAll("\0", "\ufffd");
}
