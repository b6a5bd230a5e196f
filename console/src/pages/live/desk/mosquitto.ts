import type { Connection } from "../../../../../sdk/operations.js";
import { shell } from "../../../parts/shell.ts";

/** The same as programs do it. */

/** Where the server's MQTT listener is, as clients elsewhere reach it. */
export interface Reach {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}
export interface PublishWish {
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly contentType: string;
  /** s; empty: none. */
  readonly expiry: string;
  readonly userProperties: readonly (readonly [string, string])[];
}

/** The listener that programs use: without TLS on the server's own machine, else with it. Null: there is none. */
export function reachOf({ listeners }: Pick<Connection, "listeners">, host: string): Reach | null {
  const own = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(host);
  const [plain, tls] = ["mqtt", "mqtts"].map((name) =>
    listeners.find((one) => one.name === name && (own || !one.local)),
  );
  const found = own ? (plain ?? tls) : (tls ?? plain);
  return found === undefined ? null : { host: host.replaceAll(/[[\]]/g, ""), port: found.port, tls: found.secure };
}

function begin(program: string, { host, port, tls }: Reach): string {
  const ca = tls ? " --cafile ca.pem" : "";
  return `${program} -h ${host} -p ${port}${ca} -u "$FIELDCAST_TOKEN" -P "$FIELDCAST_TOKEN" -V 5`;
}

export function subscribeLine(
  reach: Reach,
  filters: readonly { readonly filter: string; readonly qos: 0 | 1 | 2 }[],
): string {
  const qos = Math.max(0, ...filters.map((one) => one.qos));
  const topics = filters.map(({ filter }) => ` -t ${shell(filter)}`).join("");
  return `${begin("mosquitto_sub", reach)} -q ${qos}${topics} -v`;
}

export function publishLine(reach: Reach, wish: PublishWish): string {
  const properties = [
    ...(wish.contentType === "" ? [] : [`content-type ${shell(wish.contentType)}`]),
    ...(wish.expiry === "" ? [] : [`message-expiry-interval ${wish.expiry}`]),
    ...wish.userProperties.map(([name, value]) => `user-property ${shell(name)} ${shell(value)}`),
  ];
  const more = properties.map((one) => ` -D publish ${one}`).join("");
  const retain = wish.retain ? " -r" : "";
  return `${begin("mosquitto_pub", reach)} -q ${wish.qos}${retain}${more} -t ${shell(wish.topic)} -m ${shell(wish.payload)}`;
}
