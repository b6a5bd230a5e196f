/** What a DISCONNECT says to the person behind the client: why, and what to do. */

export const TAKEN_OVER =
  "The same client identifier logged in again with this account: give every client an identifier of its own.";
export const STOPS = "The server is shutting down. Connect again in a while.";
export const ELSEWHERE = "This server is about to stop, and others go on. Connect again.";
export const NO_MQTT = "This account may not use MQTT any more. Switch MQTT on for it, or use another token.";
export const REVOKED = "The access token was revoked or has expired. Use another one.";
export const STORE_FAILS =
  "The store cannot take data at the moment. Connect again later, and send again what has no answer.";
export const TAKEN_BY_ANOTHER = "Another server has taken over. Connect again.";
export const NO_STORE =
  "The server could not reach its store for too long. Connect again later, and send again what has no answer.";

/** @param keepAlive s */
export function silent(keepAlive: number): string {
  return (
    `Nothing was heard for ${keepAlive * 1.5} s, one and a half times the keep alive: send PINGREQ in time, or ask for a ` +
    "longer keep alive."
  );
}
/** @param limit bytes @param known whether the client has logged in */
export function tooLarge(limit: number, known: boolean): string {
  if (!known) return `A packet before the login may have ${limit} bytes. --max-packet-before-login allows more.`;
  return `The packet is larger than ${limit} bytes, the Maximum Packet Size: send less in one. --max-packet allows more.`;
}
