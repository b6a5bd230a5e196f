import type { Row } from "../../decoders/results.ts";
import { isObject, type Json, parsed, Unreadable } from "../../networks/values.ts";
import { isDeviceId } from "../../topic/grammar.ts";
import type { Values } from "./values.ts";
import type { Mapped, MappedDevice, MapMessage, MapName, MapRequest, Memory, Parts } from "./types.ts";

/** What maps of all families are made with. */

/** A family of senders that all write alike. */
export interface ReadyMap {
  readonly name: MapName;
  /** As its makers call it. */
  readonly title: string;
  /** The first levels of its topics where nothing else is set there; empty: they begin with the device. */
  readonly base: string;
  /** A message of it, as it comes. */
  readonly example: { readonly topic: string; readonly payload: string };
  /** The first one that matches reads the message; below the base. */
  readonly topics: readonly TopicRule[];
  /** What is subscribed to, below the base, where that is less or wider than the topics say. */
  readonly subscribe?: readonly string[];
  /**
   * What has to be said to the remote now, where it falls silent otherwise.
   * @param memory of this broker and this map @param isDue once in half a minute; otherwise only what was never said
   */
  readonly ask?: (memory: Memory, base: string, isDue: boolean) => readonly MapRequest[];
  /** It learns from what the remote keeps, and has to hear it at each connection. */
  readonly learns?: boolean;
}
interface TopicRule {
  /** With named parts, below the base; empty: the base itself. */
  readonly filter: string;
  /** @throws Unreadable */
  read(message: MapMessage, parts: Parts, memory: Memory): Mapped;
}

const NO_DEVICES: Mapped = { devices: [], events: [], messages: [] };

/** Nothing is to be recorded. @param why a sentence */
export function nothing(why: string): Mapped {
  return { ...NO_DEVICES, messages: [why] };
}
/** Reads nothing: what the topic is for, in a sentence. */
export function ignored(why: string): () => Mapped {
  return () => nothing(why);
}
/** What one device says. */
export function ofDevice(
  names: readonly (string | null | undefined)[],
  values: Values,
  more: Partial<Pick<MappedDevice, "label" | "keys">> & { readonly time?: number | undefined } = {},
): Mapped {
  const given = names.flatMap((name) => (name ? (deviceName(name) ?? []) : []));
  if (given.length === 0) throw new Unreadable("Nothing in the topic or the payload names a device.");
  const { rows, left, warnings } = values;
  const timed = more.time === undefined ? rows : rows.map((row) => ({ ...row, timestamp: more.time }));
  const { label = null, keys = [] } = more;
  const device = { names: [...new Set(given)], label, rows: timed, left, keys };
  return { devices: [device], events: [], messages: rows.length === 0 ? [...warnings, NO_VALUE] : warnings };
}
const NO_VALUE = "There is no value in it.";

/** Whether the device is there, as its family tells it. */
export function onlineRow(online: boolean): Row {
  return { field: "ONLINE", value: online };
}

/** A name as devices may have it here: what is not allowed becomes `-`. null: nothing is left. */
export function deviceName(text: string): string | null {
  const name = text
    .trim()
    .replace(/[^A-Za-z0-9._:~-]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 64);
  return isDeviceId(name) ? name : null;
}

export function textOfPayload({ payload }: MapMessage): string {
  return new TextDecoder().decode(payload).trim();
}
/** The payload as an object. @throws Unreadable it is none */
export function objectOfPayload(message: MapMessage): Json {
  const value = parsed(textOfPayload(message));
  if (isObject(value)) return value;
  throw new Unreadable(`The payload is no JSON object: ${excerptOf(message)}.`);
}
/** The beginning of a payload, for people. */
export function excerptOf(message: MapMessage): string {
  const text = textOfPayload(message);
  return text === "" ? "it is empty" : JSON.stringify(text.length > 60 ? `${text.slice(0, 60).toWellFormed()}…` : text);
}
