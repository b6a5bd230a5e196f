import { UsageError } from "./failure.ts";

/** Where a broker is. `host`: a name or an address without brackets. */
export interface MqttUrl {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

/**
 * `mqtt://host:port` or `mqtts://host:port`; the port may be left away (1883, 8883), and so may `mqtt://`.
 * @throws UsageError
 */
export function parseMqttUrl(text: string): MqttUrl {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `mqtt://${text}`;
  const bad = (why: string) =>
    new UsageError(`--url ${text}: ${why}; allowed is mqtt://HOST:PORT or mqtts://HOST:PORT`);
  if (!URL.canParse(whole)) throw bad("is no address");
  const url = new URL(whole);
  const secure = url.protocol === "mqtts:" || url.protocol === "ssl:" || url.protocol === "tls:";
  if (!secure && url.protocol !== "mqtt:" && url.protocol !== "tcp:") throw bad("is not MQTT over TCP or TLS");
  if (url.username !== "" || url.password !== "")
    throw new UsageError("--url must not hold a token: give it with --token");
  if (url.hostname === "") throw bad("names no host");
  if ((url.pathname !== "" && url.pathname !== "/") || url.search !== "" || url.hash !== "")
    throw bad("ends after the port");
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return { host, port: url.port === "" ? (secure ? 8883 : 1883) : Number(url.port), secure };
}

export function showMqttUrl(url: MqttUrl): string {
  const host = url.host.includes(":") ? `[${url.host}]` : url.host;
  return `${url.secure ? "mqtts" : "mqtt"}://${host}:${url.port}`;
}
