import { errorText } from "../../base/errors.ts";

/** What went wrong on the way to a remote, in words for who set it up. */

const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null ? String(Reflect.get(error, "code") ?? "") : "";

export function nameWords(host: string, error: unknown): string {
  if (/ENOTFOUND|EAI_AGAIN|DNS|ENODATA/.test(codeOf(error))) return `The name ${host} is not found.`;
  return errorText(error) || `The name ${host} is not found.`;
}
export function tcpWords(at: string, error: unknown): string {
  const code = codeOf(error);
  if (/ECONNREFUSED|ConnectionRefused/.test(code)) return `Nothing listens at ${at}.`;
  if (/ETIMEDOUT|TIMEOUT/i.test(code)) return `${at} does not answer.`;
  if (/EHOSTUNREACH|ENETUNREACH/.test(code)) return `There is no way to ${at}.`;
  return `${at} cannot be reached: ${errorText(error) || code}`;
}
/** @param name that the certificate should be for */
export function tlsWords(name: string, error: unknown): string {
  const text = errorText(error);
  const code = `${codeOf(error)} ${text}`;
  if (/ALTNAME|IP: .* is not in the cert|does not match/i.test(code))
    return `Its certificate is for another name than ${name}: give the name that it is for (server_name). ${text}`;
  if (/CERT_HAS_EXPIRED|certificate has expired/i.test(code)) return "Its certificate has expired.";
  if (/CERT_NOT_YET_VALID/.test(code)) return "Its certificate is not valid yet: look at the clocks.";
  if (/SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|self.signed|unable to (?:verify|get)/i.test(code))
    return "Its certificate is signed by nobody that is trusted here: give the certificate of its authority (ca).";
  if (/KEY_VALUES_MISMATCH|key values mismatch/i.test(code))
    return "The key that is shown to it is not that of the certificate.";
  if (/PEM|no start line|bad base64/i.test(code)) return `What is given as PEM cannot be read: ${text}`;
  if (/WRONG_VERSION|wrong version number|packet length too long|EPROTO|http request/i.test(code))
    return "It does not speak TLS at this port: is it mqtt:// (or ws://) there?";
  if (/HANDSHAKE_FAILURE|CERTIFICATE_REQUIRED|alert certificate|BAD_CERTIFICATE/i.test(code))
    return `It does not take our certificate, or wants one: ${text}`;
  if (/ECONNRESET|closed|disconnected/i.test(code))
    return "It closed the connection amid the TLS handshake: does it speak TLS at this port, and does it want a certificate?";
  return `TLS failed: ${text || code.trim()}`;
}

const V3: ReadonlyMap<number, string> = new Map([
  [1, "It does not speak this version of MQTT."],
  [2, "It does not take this client identifier."],
  [3, "It is not available."],
  [4, "User name or password are wrong."],
  [5, "It does not let us in: user name, password or rights are not as it wants them."],
]);
const V5: ReadonlyMap<number, string> = new Map([
  [0x80, "It gives no reason."],
  [0x81, "It says that our packet is malformed."],
  [0x82, "It says that we broke the protocol."],
  [0x83, "It takes nothing of this kind."],
  [0x84, "It does not speak this version of MQTT."],
  [0x85, "It does not take this client identifier."],
  [0x86, "User name or password are wrong."],
  [0x87, "It does not let us in: user name, password or rights are not as it wants them."],
  [0x88, "It is not available."],
  [0x89, "It is busy."],
  [0x8a, "It has banned us."],
  [0x8b, "It is shutting down."],
  [0x8c, "It wants another way of logging in."],
  [0x8d, "It heard nothing of us for too long."],
  [0x8e, "Somebody else is connected there with our client identifier: each needs one of its own (client_id)."],
  [0x90, "It does not take a topic."],
  [0x93, "We sent it more than its Receive Maximum."],
  [0x95, "We sent it a packet larger than it takes."],
  [0x97, "A limit of it is reached."],
  [0x98, "Somebody there ended the connection."],
  [0x99, "It does not take the format of a payload."],
  [0x9a, "It keeps no retained messages."],
  [0x9b, "It does not offer this QoS."],
  [0x9c, "It sends us to another server."],
  [0x9d, "It has moved to another server."],
  [0x9e, "It has no shared subscriptions."],
  [0x9f, "We connect too often."],
  [0xa2, "It has no subscriptions with wildcards."],
]);
/** Why it refused something. @param told its own words, of MQTT 5 */
export function reasonWords(version: number, code: number, told?: string): string {
  const known = (version === 5 ? V5 : V3).get(code);
  const said = told === undefined || told === "" ? "" : ` It says: ${told.slice(0, 300)}`;
  return `${known ?? "It refuses it."}${said} (${version === 5 ? `0x${code.toString(16)}` : code})`;
}
