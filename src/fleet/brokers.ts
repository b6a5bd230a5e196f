import type { BadValue } from "../base/errors.ts";
import { routeProblems } from "../bridges/route-problems.ts";
import { MOST_ROUTES } from "../bridges/routes.ts";
import type { Broker, BrokerSettings } from "./broker-rows.ts";

/** What external brokers may be, and the sentences that say so. */

export const BROKER_RULE = {
  address:
    "an address like mqtts://broker.example.com, mqtt://10.0.0.5:1883 or wss://broker.example.com/mqtt, without a user name",
  credential: "1 to 65535 bytes without NUL",
  certificate: "PEM: a text with -----BEGIN CERTIFICATE-----",
  key: "PEM: a text with -----BEGIN … PRIVATE KEY-----, without a passphrase",
  serverName: "a host name",
  clientId: "1 to 200 letters, digits or . _ : ~ -",
} as const;
/** External brokers of one workspace at most, and addresses of one. */
export const MOST_BROKERS = 50;
export const MOST_ADDRESSES = 10;
export const MOST_KEEP_ALIVE = 65_535;
export const LONGEST_SESSION = 4_294_967_294;
export const MOST_HOPS = 100;

/** What a new one is, where nothing is said. A session of a week outlasts a remote that is down over the holidays. */
export const PLAIN_BROKER = {
  description: "",
  protocol: "auto",
  username: null,
  password: null,
  ca: null,
  certificate: null,
  key: null,
  serverName: null,
  keepAlive: 60,
  sessionExpiry: 604_800,
  hops: 1,
  paused: false,
  routes: [],
} as const satisfies Omit<BrokerSettings, "addresses" | "clientId" | "account">;

export function isBrokerAddress(text: string): boolean {
  const url = text.length <= 500 && !/\s/.test(text) ? URL.parse(text) : null;
  if (url === null || !/^(?:mqtts?|wss?):$/.test(url.protocol) || url.hostname === "" || url.port === "0") return false;
  const isPlain = url.username === "" && url.password === "" && url.hash === "";
  return (
    isPlain && (url.protocol.startsWith("ws") || ((url.pathname === "" || url.pathname === "/") && url.search === ""))
  );
}
export function isCredential(text: string): boolean {
  return text.length > 0 && Buffer.byteLength(text) <= 65_535 && !text.includes("\0") && text.isWellFormed();
}
export function isCertificate(text: string): boolean {
  return text.length <= 262_144 && text.includes("-----BEGIN CERTIFICATE-----");
}
export function isPrivateKey(text: string): boolean {
  return text.length <= 65_536 && /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/.test(text) && !/ENCRYPTED/.test(text);
}
export function isServerName(text: string): boolean {
  return text.length <= 253 && /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(text);
}
export function isClientId(text: string): boolean {
  return /^[A-Za-z0-9._:~-]{1,200}$/.test(text);
}

/** What is wrong with an external broker as a whole. Paths are those of the API and the fleet file. */
export function brokerProblems(row: BrokerSettings): readonly BadValue[] {
  const bad = (path: string, message: string): BadValue => ({ path, message });
  const { addresses, certificate, key, ca, serverName, username, password, protocol } = row;
  const problems: BadValue[] = [];
  if (addresses.length === 0 || addresses.length > MOST_ADDRESSES)
    problems.push(bad("addresses", `1 to ${MOST_ADDRESSES} addresses are needed`));
  if ((certificate === null) !== (key === null))
    problems.push(bad(key === null ? "key" : "certificate", "a certificate and its key are given together"));
  const isSecure = addresses.some((address) => /^(?:mqtts|wss):/i.test(address));
  if (!isSecure)
    for (const [path, value] of Object.entries({ certificate, ca, server_name: serverName }))
      if (value !== null) problems.push(bad(path, "none of the addresses uses TLS: write mqtts:// or wss://"));
  // MQTT 3.1.1 section 3.1.2.9: a password without a user name is not allowed
  if (password !== null && username === null && protocol !== "5" && protocol !== "auto")
    problems.push(bad("username", `MQTT ${protocol} takes a password with a user name only`));
  if (row.routes.length > MOST_ROUTES) problems.push(bad("routes", `at most ${MOST_ROUTES} routes`));
  return [...problems, ...routeProblems(row.routes)];
}

/** A name for a session that nobody else has by accident. @param random of so many bytes */
export function newClientId(random: (bytes: number) => Uint8Array): string {
  return `fieldcast-${Buffer.from(random(6)).toString("hex")}`;
}

/**
 * Two brokers of a workspace of which one would hear what the other says, since they are one; null: there are none.
 * @param others of the same workspace
 */
export function cycleBetween(row: Omit<Broker, "uid">, others: readonly Broker[]): BadValue | null {
  const own = new Set(row.addresses.map(placeOf));
  for (const other of others) {
    if (!other.addresses.some((address) => own.has(placeOf(address)))) continue;
    const [problem] = routeProblems([...row.routes, ...other.routes]);
    if (problem === undefined) continue;
    const message = `${other.name} is the same broker, and together they would send in circles: what goes out by one comes in by the other. Give the routes other topics.`;
    return { path: "routes", message };
  }
  return null;
}
function placeOf(address: string): string {
  const url = URL.parse(address);
  return `${url?.hostname ?? ""}`.toLowerCase();
}
