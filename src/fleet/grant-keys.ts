import type { MultiMap } from "./multimap.ts";
import type { Grant } from "./types.ts";

/** How the key of a grant on a device begins; its number follows. */
const DEVICE_KEY = "device ";

/** What grants name, as keys. */
export function grantKeys(grants: readonly Grant[]): string[] {
  const keys: string[] = [];
  for (const g of grants) {
    if (g.scope === "product") keys.push(`product ${g.product}`);
    else if (g.scope === "device") keys.push(`${DEVICE_KEY}${g.device}`);
  }
  return keys;
}

/** Who holds grants on some devices. @param granted holders by key; @param isOne whether it is one of these devices */
export function holdersOf(granted: MultiMap<string, number>, isOne: (device: number) => boolean): Set<number> {
  const holders = new Set<number>();
  for (const key of granted.keys()) {
    if (!key.startsWith(DEVICE_KEY) || !isOne(Number(key.slice(DEVICE_KEY.length)))) continue;
    for (const uid of granted.list(key)) holders.add(uid);
  }
  return holders;
}

/** Equal for equal rights, whatever the order they are written in. */
export function rightsText(grants: readonly Grant[]): string {
  const list = (value: unknown) => (Array.isArray(value) ? [...new Set(value)].sort() : value);
  return grants
    .map((g) => Object.entries(g).map(([key, value]) => JSON.stringify([key, list(value)])))
    .map((entries) => entries.sort().join(" "))
    .sort()
    .join("\n");
}
