import { STANDALONE } from "../../base/modules.ts";
import { X509Certificate } from "node:crypto";
import { isLoopback } from "../../base/address.ts";
import type { Example } from "../../admin/products.ts";
import { type Colors, shellWord, visible } from "../text.ts";
import type { ListenerAddress } from "../../admin/types.ts";
import type { RunningServer } from "../../app/types.ts";
import { specOf } from "../../measure/types.ts";

/** What the banner tells. */
export interface Banner {
  readonly addresses: readonly ListenerAddress[];
  readonly firstRun: RunningServer["firstRun"];
  readonly setupLink: string | null;
  readonly caFile: string | null;
  /** A name that the operator's own certificate is for; null without one. */
  readonly certificateName: string | null;
  readonly dataFolder: string;
  readonly prefix: string;
  /** Whether topics outside the prefix are ordinary MQTT. */
  readonly freeTopics: boolean;
  readonly example: Example | null;
  /** How this program is called here. */
  readonly program: string;
}

export const WHAT = {
  mqtt: "MQTT",
  mqtts: "MQTT over TLS",
  http: "HTTP, WebSocket at /mqtt",
  https: "HTTPS, WebSocket at /mqtt",
  wss: "MQTT over WebSocket, TLS",
} as const satisfies Record<ListenerAddress["name"], string>;
export const SCHEME = { mqtt: "mqtt", mqtts: "mqtts", http: "http", https: "https", wss: "wss" } as const;

/** The text of a start: where everything is, the secret at the first start, and commands to paste. Ends without a newline. */
export function renderBanner(banner: Banner, c: Colors): string {
  const { firstRun } = banner;
  const parts = [
    `\n${c.bold("fieldcast")} ${firstRun ? "is set up and running" : "is running"}   ${c.dim(`data in ${visible(banner.dataFolder)}`)}`,
    banner.addresses.map((address) => addressLine(address, banner, c)).join("\n"),
  ];
  if (banner.addresses.some((address) => address.secure) && banner.caFile !== null)
    parts.push(`  ${"CA for clients".padEnd(WIDTH)}${c.cyan(visible(banner.caFile))}`);
  if (banner.freeTopics)
    parts.push(
      `  ${"Free topics".padEnd(WIDTH)}on: all topics but ${visible(`${banner.prefix}/…, ${banner.prefix}-…`)} and $…`,
    );
  if (firstRun)
    parts.push(
      "",
      `Your personal token (${visible(firstRun.email)}), user name and password in one.`,
      c.yellow("It is shown only now:"),
      `  ${c.bold(firstRun.token)}`,
    );
  if (banner.setupLink !== null)
    parts.push(
      "",
      `Choose your password here. ${c.yellow("The link works once, for 30 minutes.")}`,
      `${visible(banner.program)} setup-link makes another.`,
      `  ${c.bold(linkFor(banner.setupLink, banner.addresses))}`,
    );
  const commands = tryIt(banner);
  if (commands.length > 0) {
    const hint = firstRun ? "" : `   (FIELDCAST_TOKEN: your token; ${banner.program} token create makes another)`;
    parts.push("", `Try it, each in a terminal of its own:${c.dim(hint)}`);
    for (const { title, lines } of commands) parts.push(c.dim(`  # ${title}`), ...lines.map((line) => `  ${line}`));
  }
  if (firstRun) parts.push("", helpLine(banner.program, c));
  return `${parts.join("\n")}\n`;
}

function helpLine(program: string, c: Colors): string {
  return `All commands: ${visible(program)} --help${program === "fieldcast" || STANDALONE ? "" : c.dim("   (npm link puts fieldcast on the PATH)")}`;
}

export const WIDTH = 28;

function addressLine(address: ListenerAddress, banner: Banner, c: Colors): string {
  const path = address.name === "wss" ? "/mqtt" : "";
  const url = `${SCHEME[address.name]}://${hostIn(address, banner)}:${address.port}${path}`;
  const note = address.note ?? (isEverywhere(address.host) ? "on all interfaces" : "");
  return `  ${WHAT[address.name].padEnd(WIDTH)}${c.cyan(url.padEnd(WIDTH))} ${c.dim(visible(note))}`.trimEnd();
}

/**
 * A link that a person at this machine can open: as it is when it is whole, otherwise at the plain listener of this
 * machine, or at the secure one.
 */
export function linkFor(link: string, addresses: readonly Omit<ListenerAddress, "secure">[]): string {
  if (!link.startsWith("/")) return link;
  const http = addresses.find(({ name, host }) => name === "http" && isLoopback(host));
  const address = http ?? addresses.find(({ name }) => name === "https");
  if (address === undefined) return link;
  const host = address.host.includes(":") && !isEverywhere(address.host) ? `[${address.host}]` : address.host;
  return `${address.name}://${isEverywhere(address.host) ? "localhost" : host}:${address.port}${link}`;
}

interface Commands {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Commands that work as printed, one pair for each way in. */
function tryIt(banner: Banner): Commands[] {
  const { example, firstRun, prefix } = banner;
  if (example === null) return [];
  const token = firstRun ? firstRun.token : '"$FIELDCAST_TOKEN"';
  const topic = `${example.product}/${example.device}/${example.field.id}`;
  const listen = `-t ${shellWord(`${prefix}/${example.product}/+/+`)} -v`;
  const speak = `-q 1 -t ${shellWord(`${prefix}-pub/${topic}`)} -m ${shellWord(specOf(example.field.type).sample)}`;
  const commands: Commands[] = [];
  for (const name of ["mqtt", "mqtts"] as const) {
    const address = banner.addresses.find((one) => one.name === name);
    if (!address) continue;
    const host = hostIn(address, banner).replace(/^\[(.*)\]$/, "$1");
    const trust = !address.secure ? "" : ` ${trustFlags(banner)}`;
    const login = `-h ${shellWord(host)} -p ${address.port}${trust} -u ${token} -P ${token}`;
    commands.push({
      title: `${WHAT[name]}: hear what is recorded, record something${commands.length === 0 ? ", and see what is refused" : ""}`,
      lines: [
        `mosquitto_sub ${login} ${listen}`,
        `mosquitto_pub ${login} ${speak}`,
        // MQTT 3.1.1 cannot refuse a publish: whoever tries things must see it somewhere
        ...(commands.length === 0 ? [`mosquitto_sub ${login} -t ${shellWord(`${prefix}-errors/#`)} -v`] : []),
      ],
    });
  }
  return commands;
}

/** With the local CA its file; otherwise the authorities that the system trusts. */
function trustFlags(banner: Banner): string {
  return banner.caFile === null ? "--tls-use-os-certs" : `--cafile ${shellWord(banner.caFile)}`;
}

/** The host to write into an address: the one of the listener, or for all interfaces one that works here. */
function hostIn(address: ListenerAddress, banner: Banner): string {
  if (address.secure && banner.certificateName !== null) return banner.certificateName;
  // With TLS the name, because certificates of other tools often have no addresses; `localhost` is in ours.
  if (isEverywhere(address.host)) return "localhost";
  return address.host.includes(":") ? `[${address.host}]` : address.host;
}

function isEverywhere(host: string): boolean {
  return host === "::" || host === "0.0.0.0" || host === "";
}

/**
 * A name to connect to with the operator's certificate: `--tls-name`, or the first that is in it.
 * @returns null without such a certificate, or when it holds no plain name
 */
export function certificateName(
  certFile: string | null,
  names: readonly string[],
  readFile: (file: string) => string,
): string | null {
  if (certFile === null) return null;
  if (names[0] !== undefined) return names[0];
  try {
    const found = /DNS:([A-Za-z0-9._-]+)/.exec(new X509Certificate(readFile(certFile)).subjectAltName ?? "");
    return found?.[1] ?? null;
  } catch {
    return null; // the server has read it before; only the banner is the poorer
  }
}
