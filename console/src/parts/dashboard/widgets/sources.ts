import { type ShownField, useData, useLooked } from "../data.ts";
import type { Source } from "../types.ts";

export interface KnownSource {
  readonly source: Source;
  readonly product: string;
  readonly device: string;
  /** Of the device. */
  readonly name: string;
  readonly field: ShownField | undefined;
  readonly error: Error | null;
  readonly missing: boolean;
  /** Whether the widget shows more than one device, and of all of them the same field. */
  readonly several: boolean;
  readonly alike: boolean;
}

const NONE: Source = { field: "" };

function useSource(given: Source | undefined): Omit<KnownSource, "several" | "alike"> {
  const data = useData();
  const looked = useLooked();
  const source = given ?? NONE;
  const product = given === undefined ? "" : (source.product ?? looked?.product ?? "");
  const device = given === undefined ? "" : (source.device ?? looked?.device ?? "");
  const fields = data.useFields(product);
  const about = data.useDevice(product, device);
  const field = fields.data?.find(({ id }) => id === source.field);
  return {
    ...{ source, product, device, field, name: about.data?.name ?? device },
    error: fields.error ?? about.error,
    missing: fields.data !== undefined && field === undefined,
  };
}

/** What the sources of a widget mean (at most 8, as the content allows). */
export function useSources(sources: readonly Source[]): KnownSource[] {
  // as many hooks in the same order each time
  const known = [
    useSource(sources[0]),
    useSource(sources[1]),
    useSource(sources[2]),
    useSource(sources[3]),
    useSource(sources[4]),
    useSource(sources[5]),
    useSource(sources[6]),
    useSource(sources[7]),
  ];
  const all = known.slice(0, sources.length);
  const several = new Set(all.map(({ product, device }) => `${product}/${device}`)).size > 1;
  const alike = new Set(all.map(({ source }) => source.field)).size === 1;
  return all.map((one) => ({ ...one, several, alike }));
}
