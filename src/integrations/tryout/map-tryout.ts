import type { RouteReader } from "../../bridges/maps/index.ts";
import { Memory, type MappedDevice, type MapReading } from "../../bridges/maps/types.ts";
import type { Directory } from "../../fleet/directory.ts";
import type { DeviceNode, ProductNode } from "../../fleet/nodes.ts";
import { findNamed, noneCalled, severalCalled } from "../inbound/find-named.ts";
import type { Unit } from "../inbound/decode.ts";
import type { Incoming } from "../types.ts";
import type { Tried } from "./tried.ts";

/** A message that is tried with a map. */
export interface MapTry {
  /** uid */
  readonly workspace: number;
  readonly reader: RouteReader;
  /** Of the route; null: devices are looked for in the whole workspace. */
  readonly product: ProductNode | null;
  readonly topic: string;
  readonly payload: Uint8Array;
  /** What may not be seen is not there. */
  sees(device: DeviceNode): boolean;
}
/** What a map would make of a message. Nothing of it is stored. */
export interface TriedMap {
  /** What is subscribed to, as MQTT has it. */
  readonly subscription: string;
  /** Whether the topic is one of the route. */
  readonly matches: boolean;
  /** Why it cannot be read; null: it can. */
  readonly problem: string | null;
  readonly tried: Tried;
  /** What a LoRaWAN network says in it, in a sentence each. */
  readonly events: readonly { readonly kind: string; readonly devEui: string; readonly text: string }[];
}

interface Needs {
  readonly directory: Directory;
  readonly devicesWith: (devEui: string) => readonly DeviceNode[];
  /** What the way in would make of it. @throws Refusal rate_limited, overloaded */
  read(unit: Unit): Promise<Tried>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** @throws Refusal rate_limited, overloaded */
export async function tryMap(needs: Needs, given: MapTry): Promise<TriedMap> {
  const { reader, topic, payload } = given;
  const parts = reader.parts(topic);
  const read = reader.read?.({ topic, payload, now: needs.now }, new Memory()) ?? null;
  const common = { subscription: reader.subscription, matches: parts !== null, events: [] };
  if (read?.ok === false) return { ...common, problem: read.problem, tried: NOTHING };
  const incoming = incomingOf(given, read);
  const { product } = given;
  if (read === null)
    return {
      ...common,
      problem: null,
      tried: product === null ? NOTHING : await needs.read({ incoming, product, device: null, event: null }),
    };
  const events = read.events.flatMap((event) =>
    needs
      .devicesWith(event.devEui)
      .filter((device) => (product === null || device.product === product) && given.sees(device))
      .map((device): Unit => ({ incoming, product: device.product, device, event })),
  );
  const unknown = read.events.filter(({ devEui }) => !events.some(({ event }) => event?.devEui === devEui));
  const all = [
    ...(await Promise.all(read.devices.map((mapped) => ofDevice(needs, given, incoming, mapped)))),
    ...(await Promise.all(events.map((unit) => needs.read(unit)))),
    ...unknown.map(({ devEui }) => ({ ...NOTHING, newDevices: [devEui] })),
  ];
  return {
    ...common,
    problem: null,
    tried: joined([{ ...NOTHING, messages: read.messages }, ...all]),
    events: read.events.map(({ kind, devEui, text }) => ({ kind, devEui, text })),
  };
}

async function ofDevice(needs: Needs, given: MapTry, incoming: Incoming, mapped: MappedDevice): Promise<Tried> {
  const { product, workspace } = given;
  const found = findNamed(needs.directory, mapped.names, product, workspace).filter((device) => given.sees(device));
  const [device, other] = found;
  const quiet = { ...incoming, bridged: incoming.bridged && { ...incoming.bridged, mapped: null } } as Incoming; // what the map says is said once
  if (other === undefined && device !== undefined)
    return needs.read({ incoming: quiet, product: device.product, device, event: null, mapped });
  if (other === undefined && product !== null)
    return needs.read({ incoming: quiet, product, device: null, event: null, mapped });
  const [name = ""] = mapped.names;
  const fate = other === undefined ? ("suggested" as const) : ("refused" as const);
  const message = other === undefined ? noneCalled(mapped.names) : severalCalled(mapped.names);
  const rows = mapped.rows.map(({ field, value }) => ({ device: name, field, value, time: null, fate, message }));
  return { ...NOTHING, rows, newDevices: other === undefined ? [name] : [] };
}

function incomingOf({ workspace, reader, product, topic, payload }: MapTry, read: MapReading | null): Incoming {
  const mapped = read?.ok ? read : null;
  return {
    ...{ way: "broker", network: null, remote: null, request: null, topic, body: payload, product },
    ...{ events: mapped?.events ?? [], principal: null, dedupeKeys: [] },
    bridged: { workspace, map: reader.name, parts: reader.parts(topic) ?? {}, mapped },
  };
}

const NOTHING: Tried = {
  ...{ decoded: null, messages: [], rows: [], fields: [], newFields: [], devices: [], newDevices: [] },
};
/** What came of several devices, as one answer. */
function joined(all: readonly Tried[]): Tried {
  const each = <T>(of: (one: Tried) => readonly T[]) => [...new Set(all.flatMap(of))];
  return {
    decoded: all.find(({ decoded }) => decoded !== null)?.decoded ?? null,
    messages: each(({ messages }) => messages),
    rows: all.flatMap(({ rows }) => rows),
    fields: each(({ fields }) => fields),
    newFields: all.flatMap(({ newFields }) => newFields),
    devices: each(({ devices }) => devices),
    newDevices: each(({ newDevices }) => newDevices),
  };
}
