import { devEuiOf, hexOf } from "./bytes.ts";
import { bestOf } from "./radio.ts";
import type { DownlinkReport, NetworkEvent, NetworkEventKind, NetworkName, NetworkRequest, Uplink } from "./types.ts";
import { Unreadable } from "./values.ts";

/** What a network's reader says of an event; what it leaves out is not known. */
export interface Draft extends Partial<Pick<NetworkEvent, "deviceId" | "time" | "reply" | "location" | "battery">> {
  readonly kind: NetworkEventKind;
  /** In any spelling. */
  readonly devEui: unknown;
  readonly text: string;
  readonly uplink?: Partial<Uplink>;
  readonly downlink?: Partial<DownlinkReport>;
  /** By which the network itself tells this event from all others; not of a frame, which other networks may have heard as well. */
  readonly id?: string | null;
  readonly raw: unknown;
}

/** What a kind of event says beyond what all of its network say. */
export type Own = Pick<Draft, "kind" | "text"> & Partial<Draft>;

/** How a network writes. */
export interface Network {
  readonly name: NetworkName;
  /** As its makers call it. */
  readonly title: string;
  /** The key in which it writes the DevEUI, for who looks for it. */
  readonly devEuiKey: string;
  /** Whether a body that came from anywhere is of this network. */
  recognises(body: unknown): boolean;
  /**
   * The events of a body that is JSON; none: it says nothing about a device.
   * @throws Unreadable
   */
  read(body: unknown, request: NetworkRequest): readonly Draft[];
}

/** How far apart two networks may say that the same frame was heard, in ms, to be recognised in any case. */
const SAME_FRAME = 30_000;

/** An event with everything in its place. @throws Unreadable it has no DevEUI */
export function eventOf(network: Network, draft: Draft, now: number): NetworkEvent {
  const devEui = devEuiOf(draft.devEui);
  if (devEui === null)
    throw new Unreadable(
      `${network.devEuiKey} ${draft.devEui === undefined ? "is missing" : "is no DevEUI of 16 hexadecimal digits"}: without it no device can be found.`,
    );
  const time = draft.time ?? null;
  const uplink = draft.kind === "up" ? uplinkOf(draft.uplink ?? {}) : null;
  return {
    network: network.name,
    kind: draft.kind,
    devEui,
    deviceId: draft.deviceId ?? null,
    time,
    uplink,
    downlink:
      draft.downlink === undefined ? null : { ids: [], counter: null, port: null, reason: null, ...draft.downlink },
    reply: draft.reply ?? null,
    location: draft.location ?? null,
    battery: draft.battery ?? null,
    text: draft.text,
    dedupeKeys: keysOf(network.name, draft, devEui, uplink, now),
    raw: draft.raw,
  };
}

function uplinkOf(draft: Partial<Uplink>): Uplink {
  const gateways = draft.gateways ?? [];
  const best = bestOf(gateways);
  return {
    bytes: draft.bytes ?? null,
    port: draft.port ?? null,
    counter: draft.counter ?? null,
    confirmed: draft.confirmed ?? null,
    encrypted: draft.encrypted ?? false,
    decoded: draft.decoded ?? null,
    rssi: draft.rssi ?? best?.rssi ?? null,
    snr: draft.snr ?? best?.snr ?? null,
    dataRate: draft.dataRate ?? null,
    frequencyHz: draft.frequencyHz ?? null,
    codingRate: draft.codingRate ?? null,
    gateways,
  };
}

function keysOf(
  name: NetworkName,
  { kind, id, time = null }: Draft,
  devEui: string,
  uplink: Uplink | null,
  now: number,
): readonly string[] {
  if (uplink !== null && uplink.counter !== null && !id) return frameKeys(devEui, uplink, time ?? now);
  if (id) return [`${name}:${kind}:${devEui}:${id}`];
  // without a counter only the same words at the same time are the same
  const { bytes, port } = uplink ?? { bytes: null, port: null };
  return bytes === null || time === null ? [] : [`${name}:up:${devEui}:${port ?? 0}:${hexOf(bytes)}:${time}`];
}

/**
 * What is the same whichever network heard a frame: device, counter (of which some networks tell 16 bits), port and payload, within a time. A device
 * that starts its counter anew says the same later once more; so the time counts, in steps of two grids that lie half a step apart:
 * two times that are no more than half a step apart share a step of one of them.
 */
function frameKeys(devEui: string, { counter, port, bytes }: Uplink, time: number): readonly string[] {
  const frame = `up:${devEui}:${(counter ?? 0) & 0xffff}:${port ?? 0}:${bytes === null ? "" : hexOf(bytes)}`;
  const step = 2 * SAME_FRAME;
  return [`${frame}:a${Math.floor(time / step)}`, `${frame}:b${Math.floor((time + SAME_FRAME) / step)}`];
}
