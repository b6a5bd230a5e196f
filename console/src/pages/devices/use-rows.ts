import { useQueries, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import {
  allValuesQuery,
  type DeviceValues,
  type Field,
  fieldsQuery,
  type ListedDevice,
  productsQuery,
} from "../../api/fleet.ts";
import { type ListedField, listedFields } from "./listed-fields.ts";
import { type Row, rowOf } from "./rows.ts";
import { devicesQuery, firstDevicesQuery, MOST_PRODUCTS, sortOf } from "./queries.ts";
import type { DevicesSearch } from "./search.ts";

/** Values are asked for of so many devices of a product; those beyond show what comes live. */
const MOST_VALUES = 5000;
/** The others are asked for when the first are drawn and nothing else is to be done, and after so long in any case, ms. */
const LATER_MS = 1000;

const NO_DEVICES: readonly ListedDevice[] = [];

/**
 * The devices of the list: the first ones at once, all of them when they are there. What was shown before stays until then.
 * @returns `isWhole`: all are there; `total`: how many there are
 */
function useDevices(workspace: string, search: DevicesSearch) {
  const first = useQuery(firstDevicesQuery(workspace, search));
  const more = first.data !== undefined && !first.isPlaceholderData && first.data.next !== null;
  const later = useLater(more);
  const all = useQuery({ ...devicesQuery(workspace, search), enabled: later });
  const isKnown = !first.isPlaceholderData;
  const whole = isKnown && (all.isPlaceholderData || !more) ? undefined : all.data;
  // in an order that the server does not know the first ones are others
  const early = sortOf(search) !== undefined || !more ? first.data?.items : undefined;
  const listed: readonly ListedDevice[] | undefined = whole ?? early;
  const isWhole = listed !== undefined && isKnown && (!more || whole !== undefined);
  return {
    listed,
    early: first.data?.items ?? NO_DEVICES,
    isWhole,
    total: isWhole ? listed.length : (first.data?.total ?? 0),
    error: first.error ?? all.error,
    refetch: () => void Promise.all([first.refetch(), later && all.refetch()]),
  };
}

/** True a moment after `wish` became true: when what is shown is drawn. */
function useLater(wish: boolean): boolean {
  const [is, set] = useState(false);
  useEffect(() => {
    if (!wish) return set(false);
    // not every browser tells when it is idle
    if (typeof requestIdleCallback === "undefined") {
      const timer = setTimeout(set, LATER_MS / 2, true);
      return () => clearTimeout(timer);
    }
    const idle = requestIdleCallback(() => set(true), { timeout: LATER_MS });
    return () => cancelIdleCallback(idle);
  }, [wish]);
  return wish && is;
}

/** The rows of the list, with products, fields and values as they come in. */
export function useRows(workspace: string, search: DevicesSearch) {
  const devices = useDevices(workspace, search);
  const products = useQuery(productsQuery(workspace));
  const { listed = NO_DEVICES, early, isWhole } = devices;
  const counts = useMemo(() => {
    const found = new Map<string, number>();
    for (const { product } of listed) found.set(product, (found.get(product) ?? 0) + 1);
    return found;
  }, [listed]);
  const slugs = useMemo(() => [...counts.keys()].slice(0, MOST_PRODUCTS), [counts]);
  // the same functions as long as the products are: what they make is made anew only when an answer changes
  const fields = useQueries({
    queries: slugs.map(fieldsQuery),
    combine: useCallback(
      (all: readonly { readonly data: Field[] | undefined }[]): readonly ListedField[] => {
        const known = slugs.flatMap((slug, n) => {
          const own = all[n]?.data;
          return own === undefined ? [] : [[slug, own] as const];
        });
        return known.length < slugs.length ? [] : listedFields(new Map(known), counts);
      },
      [slugs, counts],
    ),
  });
  const values = useQueries({
    queries: slugs.map((slug) => ({ ...allValuesQuery(slug, MOST_VALUES), enabled: isWhole && listed !== early })),
    combine: useCallback(
      (all: readonly { readonly data: ReadonlyMap<string, DeviceValues> | undefined }[]) =>
        new Map(slugs.map((slug, n) => [slug, all[n]?.data])),
      [slugs],
    ),
  });
  const rows = useMemo((): readonly Row[] => {
    const bySlug = new Map((products.data ?? []).map((one) => [one.slug, one]));
    const first = new Map(early.map((device) => [`${device.product}/${device.id}`, device.values]));
    return listed.map((device) => {
      const own = device.values ?? values.get(device.product)?.get(device.id)?.values;
      return rowOf(device, bySlug, own ?? first.get(`${device.product}/${device.id}`));
    });
  }, [listed, early, products.data, values]);
  return { devices, products: products.data ?? [], fields, rows };
}
