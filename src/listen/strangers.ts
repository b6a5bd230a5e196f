/** Why a stream was closed before it could become a connection, as the metric names it. */
export type RefusedStream = "client_certificate" | "proxy_header" | "tls_handshake" | "wrong_protocol";
/** Is told of each stream that was closed so. @param text the cause, in words that say what to do */
export type OnRefused = (why: RefusedStream, remote: string, text: string) => void;

/** What BoringSSL says of a handshake, and what that means to the person who set the client up. */
const CAUSES: readonly (readonly [says: RegExp, means: string])[] = [
  [/UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION/, "the client speaks TLS 1.1 or older; 1.2 and 1.3 are spoken here"],
  [/HTTP_REQUEST|HTTPS_PROXY_REQUEST/, "plain HTTP came to a port with TLS; use https://, or the port without TLS"],
  [/WRONG_VERSION_NUMBER/, "what came is not TLS; turn TLS on in the client, or use the port without TLS"],
  [
    /NO_SHARED_CIPHER|NO_COMMON_SIGNATURE_ALGORITHMS|NO_SHARED_GROUP/,
    "the client knows no cipher that goes with this certificate; one that knows RSA alone needs --tls-cert with an RSA key, and forward secrecy",
  ],
  [
    /UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|CERTIFICATE_REQUIRED/,
    "the client does not trust the server's certificate; give it the CA's certificate, and the name that it connects to must be in the certificate (--tls-name)",
  ],
  [/CERTIFICATE_EXPIRED/, "to the client the server's certificate has expired; look at both clocks"],
  [/HANDSHAKE_FAILURE|ALERT/, "the client refused the handshake"],
  [
    /disconnected/,
    "the client went away during the handshake; many do so without a word when they do not trust the certificate",
  ],
];

/** The cause of a failed handshake in words. @param text as the platform has it */
export function handshakeCause(text: string): string {
  const known = CAUSES.find(([says]) => says.test(text));
  return known?.[1] ?? "the handshake failed";
}

const METHODS = /^(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|CONNECT|PRI) /;

/** The protocol whose first bytes these are, when it is another than the port's; null: nothing is known to be wrong. */
export function strangerOf(bytes: Uint8Array, spoken: "MQTT" | "HTTP", secure: boolean): string | null {
  const [first, second] = bytes;
  if (first === 0x16 && second === 3)
    return secure
      ? "TLS came inside TLS; the client, or a proxy before it, begins it twice"
      : `TLS came to a port without it; use the port of ${spoken === "MQTT" ? "--mqtts" : "--https"}`;
  if (spoken === "HTTP")
    return first === 0x10 && bytes.length > 1 ? "MQTT came to a port of HTTP; use the port of --mqtt or --mqtts" : null;
  return METHODS.test(Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 8)).toString("latin1"))
    ? "HTTP came to a port of MQTT; use the port of --http or --https, also for MQTT over WebSocket"
    : null;
}
