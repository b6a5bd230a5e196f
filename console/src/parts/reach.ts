import type { Connection } from "../../../sdk/operations.js";

/** Where a client finds the MQTT listener. */
export interface Reach {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

const LOCAL = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;
/** Whether a page's host is the machine on which its browser runs. */
export function isLocal(host: string): boolean {
  return LOCAL.test(host);
}

/**
 * The MQTT listener that a client should use: encrypted, unless it is on the server's own machine. Null: it is not reached by
 * MQTT at all from where the client is.
 * @param host of the address by which the page was opened
 * @param wish true: with TLS, false: without, undefined: as it fits
 */
export function mqttReach({ listeners }: Connection, host: string, wish: boolean | undefined): Reach | null {
  const name = host.replace(/^\[|\]$/g, "");
  const reachable = listeners.filter(({ local }) => !local || isLocal(host));
  const plain = reachable.find((one) => one.name === "mqtt");
  const tls = reachable.find((one) => one.name === "mqtts");
  const first = (wish ?? !isLocal(host)) ? tls : plain;
  const found = first ?? tls ?? plain;
  return found === undefined ? null : { host: name, port: found.port, tls: found.secure };
}
