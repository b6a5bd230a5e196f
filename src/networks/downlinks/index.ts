import { actility } from "./actility.ts";
import { chirpstack, chirpstackRest, chirpstackV3, counterId } from "./chirpstack.ts";
import { helium } from "./helium.ts";
import { loriot } from "./loriot.ts";
import { correlationOf, tti } from "./tti.ts";
import type { DownlinkNetwork, NetworkSetting, NetworkType } from "./types.ts";

/** The LoRaWAN networks that downlinks can be sent to, by type. */
export const DOWNLINK_NETWORKS: Readonly<Record<Exclude<NetworkType, "http">, DownlinkNetwork>> = {
  tti,
  chirpstack,
  chirpstack_rest: chirpstackRest,
  chirpstack_v3: chirpstackV3,
  helium,
  loriot,
  actility,
};

/** Which settings a type of network has to have, and which it may have beside them. */
export function settingsOf(type: NetworkType): {
  readonly needs: readonly NetworkSetting[];
  readonly takes: readonly NetworkSetting[];
} {
  return type === "http" ? { needs: [], takes: ["server", "key"] } : DOWNLINK_NETWORKS[type];
}

/** What a network may call a downlink when it reports on it: our reference in its forms, and the ids that its answer gave. */
export function namesOf(reference: string, ids: readonly string[]): readonly string[] {
  return [correlationOf(reference), reference, ...ids];
}

/** Whether a report is about a downlink. @param names of `namesOf`; @param report `DownlinkReport` of src/networks/types.ts */
export function isAbout(
  names: readonly string[],
  report: { readonly ids: readonly string[]; readonly counter: number | null },
): boolean {
  const told = report.ids.map((id) => id.toLowerCase());
  if (report.counter !== null) told.push(counterId(report.counter));
  return names.some((name) => told.includes(name.toLowerCase()));
}
