import { queryOptions, useQueries, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import {
  allOf,
  allValuesQuery,
  type Device,
  type DeviceValues,
  type Field,
  fieldsQuery,
  productsQuery,
} from "../../api/fleet.ts";
import { api } from "../../api/index.ts";
import { topicParts } from "../../parts/topic.ts";
import { type ListedField, listedFields, type Row, rowOf } from "./columns.tsx";
import type { DevicesSearch } from "./search.ts";

const MOST_DEVICES = 100_000;
/** Values are asked for of so many devices of a product; those beyond show what comes live. */
const MOST_VALUES = 5000;
/** Products whose values are asked for. */
const MOST_PRODUCTS = 20;

/** The devices of a workspace, as far as the address asks for them. */
export function devicesQuery(workspace: string, { q = "", product, tag, state }: DevicesSearch) {
  const topic = topicParts(q);
  const named = topic?.product ?? product;
  const search = topic === null ? q : (topic.device ?? "");
  return queryOptions({
    queryKey: ["devices", workspace, { search, named, tag, state }],
    queryFn: ({ signal }): Promise<Device[]> =>
      allOf(
        (cursor) =>
          api.listDevices({
            workspace,
            limit: 1000,
            signal,
            ...(search !== "" && { search: search.slice(0, 200) }),
            ...(named !== undefined && { product: named }),
            ...(tag !== undefined && { tag }),
            ...(state !== undefined && { online: state === "online" }),
            ...cursor,
          }),
        MOST_DEVICES,
      ),
    meta: { live: true },
    placeholderData: (before) => before,
  });
}

const NO_DEVICES: readonly Device[] = [];

/** The rows of the list, with products, fields and values as they come in. */
export function useRows(workspace: string, search: DevicesSearch) {
  const devices = useQuery(devicesQuery(workspace, search));
  const products = useQuery(productsQuery(workspace));
  const listed = devices.data ?? NO_DEVICES;
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
    queries: slugs.map((slug) => allValuesQuery(slug, MOST_VALUES)),
    combine: useCallback(
      (all: readonly { readonly data: ReadonlyMap<string, DeviceValues> | undefined }[]) =>
        new Map(slugs.map((slug, n) => [slug, all[n]?.data])),
      [slugs],
    ),
  });
  const rows = useMemo((): readonly Row[] => {
    const bySlug = new Map((products.data ?? []).map((one) => [one.slug, one]));
    return listed.map((device) => rowOf(device, bySlug, values.get(device.product)?.get(device.id)?.values));
  }, [listed, products.data, values]);
  return { devices, products: products.data ?? [], fields, rows };
}
