import { actility } from "./actility.ts";
import { aws } from "./aws.ts";
import { chirpstack } from "./chirpstack.ts";
import { protobufEvent } from "./chirpstack-protobuf.ts";
import { eventOf, type Network } from "./draft.ts";
import { everynet } from "./everynet.ts";
import { helium } from "./helium.ts";
import { kpn } from "./kpn.ts";
import { loriot } from "./loriot.ts";
import { machineq } from "./machineq.ts";
import { milesight } from "./milesight.ts";
import { orbiwise } from "./orbiwise.ts";
import { tektelic } from "./tektelic.ts";
import { tti } from "./tti.ts";
import type { NetworkName, NetworkReading, NetworkRequest } from "./types.ts";
import { parsed, Unreadable } from "./values.ts";
import { wanesy } from "./wanesy.ts";

/** In the order in which `auto` asks whose a body is: the surer signs first. */
const NETWORKS: readonly Network[] = [
  tti,
  milesight,
  chirpstack,
  helium,
  actility,
  loriot,
  tektelic,
  aws,
  kpn,
  wanesy,
  everynet,
  orbiwise,
  machineq,
];

/** Other names under which a network is looked for. */
const ALIASES: Readonly<Record<string, NetworkName>> = {
  ttn: "tti",
  tts: "tti",
  thethingsstack: "tti",
  thingpark: "actility",
  milesight: "milesight_gateway",
  kerlink: "wanesy",
};

/** `auto` finds out itself which network a body is of. */
const AUTO = "auto";

/** Every name that an address may have. */
export const NETWORK_ADDRESSES: readonly string[] = [...NETWORKS.map(({ name }) => name), AUTO];

/**
 * The network of a name in an address, in any case.
 * @returns null: there is none of this name
 */
export function networkNamed(name: string): NetworkName | typeof AUTO | null {
  const lower = name.toLowerCase();
  if (lower === AUTO) return AUTO;
  const known = NETWORKS.find((one) => one.name === lower)?.name;
  return known ?? (Object.hasOwn(ALIASES, lower) ? (ALIASES[lower] ?? null) : null);
}

/**
 * What a network's request says, in the normal form, whatever is in it: it never throws.
 * @param name as `networkNamed` gave it
 */
export function readNetwork(name: NetworkName | typeof AUTO, request: NetworkRequest): NetworkReading {
  try {
    const { network, body } = name === AUTO ? recognise(request) : named(name, request);
    const events = network.read(body, request).map((draft) => eventOf(network, draft, request.now));
    return { ok: true, network: network.name, events };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { ok: false, problem: error.message };
  }
}

function named(name: NetworkName, request: NetworkRequest): { network: Network; body: unknown } {
  const network = NETWORKS.find((one) => one.name === name) ?? tti;
  const body = network === chirpstack && isProtobuf(request) ? protobufEvent(request) : jsonOf(request, network.title);
  return { network, body };
}

function recognise(request: NetworkRequest): { network: Network; body: unknown } {
  if (isProtobuf(request) && request.query.event) return { network: chirpstack, body: protobufEvent(request) };
  const body = jsonOf(request, "the network");
  const network = NETWORKS.find((one) => one.recognises(body));
  if (network === undefined)
    throw new Unreadable(
      `The body is of no network that is known here. Use the address of your network (${NETWORKS.map(({ name }) => name).join(", ")}), or the HTTP integration with a decoder of your own.`,
    );
  return { network, body };
}

function isProtobuf({ contentType }: NetworkRequest): boolean {
  return /^application\/(?:octet-stream|(?:x-|vnd\.google\.)?protobuf)\b/i.test(contentType ?? "");
}

function jsonOf({ body }: NetworkRequest, title: string): unknown {
  const text = new TextDecoder().decode(body).trim();
  if (text === "") throw new Unreadable("The body is empty: send a POST with the event as JSON.");
  const value = parsed(text);
  if (typeof value === "object" && value !== null) return value;
  throw new Unreadable(`The body is not JSON: set the format of ${title} to JSON.`);
}
