import { componentOf, idOf } from "./component.ts";
import type { Component, DescribedDevice, DeviceConfig, Topics } from "./types.ts";

/** What is retained for Home Assistant: on which topics, and what it says (device-based discovery). */

/** The payloads of an availability topic, which are Home Assistant's own. */
export const ONLINE = "online";
export const OFFLINE = "offline";
/** Where Home Assistant says that it has started, unless it is told otherwise: not below its discovery prefix. */
const STATUS = "homeassistant/status";

/** Where a device is described. */
export function configTopic(discoveryPrefix: string, product: string, uid: number): string {
  return `${discoveryPrefix}/device/${idOf(product, uid)}/config`;
}
/** Where it is said whether a device is there. */
export function availabilityTopic(discoveryPrefix: string, product: string, uid: number): string {
  return `${discoveryPrefix}/fieldcast/${idOf(product, uid)}/availability`;
}
/** The device that one of these topics is of; null: it is of none, or below another prefix. */
export function deviceOfTopic(discoveryPrefix: string, topic: string): { product: string; uid: number } | null {
  if (!topic.startsWith(`${discoveryPrefix}/`)) return null;
  const [kind = "", id = "", what = "", ...more] = topic.slice(discoveryPrefix.length + 1).split("/");
  const isOurs = (kind === "device" && what === "config") || (kind === "fieldcast" && what === "availability");
  const [, product, uid] = /^fieldcast_([0-9a-f]{32})_(\d{1,15})$/.exec(id) ?? [];
  return !isOurs || more.length > 0 || product === undefined ? null : { product, uid: Number(uid) };
}
/** Whether Home Assistant tells on this topic that it came or went (its birth and last will). */
export function isStatusTopic(discoveryPrefix: string, topic: string): boolean {
  return topic === STATUS || topic === `${discoveryPrefix}/status`;
}

/** What Home Assistant is told of a device. @param version of fieldcast @param page of the device, for people; null: not known */
export function describe(device: DescribedDevice, topics: Topics, version: string, page: string | null): DeviceConfig {
  const { uid, id, name, serial, location, product } = device;
  const identifier = idOf(product.uuid, uid);
  const components: Record<string, Component> = {};
  for (const field of device.fields) {
    const found = componentOf(device, field, topics);
    if (found !== null) components[found[0]] = found[1];
  }
  return {
    dev: {
      ids: [identifier],
      name,
      mf: "fieldcast",
      mdl: product.name,
      mdl_id: product.slug,
      sn: serial ?? id,
      ...(location === undefined ? {} : { sa: location }),
      ...(page === null ? {} : { cu: page }),
    },
    o: { name: "fieldcast", sw: version },
    avty_t: availabilityTopic(topics.discoveryPrefix, product.uuid, uid),
    cmps: components,
  };
}

/**
 * What is retained next where `told` is retained. A component that is simply left out stays in Home Assistant: it goes when it is named
 * once more with nothing but its platform. So where components go, they are named so in between, and left out after that.
 * @param told the text that is retained; null: none
 */
export function nextConfig(told: string | null, config: DeviceConfig): string {
  const gone = told === null ? [] : Object.entries(componentsOf(told)).filter(([key]) => !(key in config.cmps));
  const leaving = gone.filter(([, component]) => Object.keys(component).length > 1);
  if (leaving.length === 0) return JSON.stringify(config);
  const named = Object.fromEntries(leaving.map(([key, { p }]) => [key, { p }]));
  return JSON.stringify({ ...config, cmps: { ...config.cmps, ...named } });
}
function componentsOf(told: string): Readonly<Record<string, Component>> {
  // what we retained ourselves
  return (JSON.parse(told) as DeviceConfig).cmps;
}
