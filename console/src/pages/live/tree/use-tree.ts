import { useQueries, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { allOf, connectionQuery, type Device, fieldsQuery, productsQuery } from "../../../api/fleet.ts";
import { api } from "../../../api/index.ts";
import { topicParts } from "../../../parts/topic.ts";
import { freeRowsOf } from "./free-rows.ts";
import { type Row, rowsOf } from "./rows.ts";
import { useFree } from "./use-free.ts";

/** Devices of a product that are asked for at once. */
const AT_ONCE = 1000;
/** Devices that a search shows. */
const MOST_FOUND = 300;

interface Below {
  readonly items: readonly Device[];
  readonly more: boolean;
}

function devicesQuery(product: string, most: number) {
  return {
    queryKey: ["devices", "tree", product, most],
    queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Below> => {
      let more = false;
      const page = async (cursor: { cursor?: string }) => {
        const answer = await api.listDevices({ product, limit: AT_ONCE, signal, ...cursor });
        more = answer.data.next !== null;
        return answer;
      };
      return { items: await allOf(page, most), more };
    },
    placeholderData: (before: Below | undefined) => before,
  };
}

/** The tree of what one may read, level by level as it is opened; a search opens what it finds. */
export function useTree(workspace: string, search: string) {
  const { data: connection } = useQuery(connectionQuery);
  const prefix = connection?.prefix ?? "dtck";
  const products = useQuery(productsQuery(workspace));
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const [most, setMost] = useState<ReadonlyMap<string, number>>(new Map());
  const wished = useLate(search.trim());
  const found = useFound(workspace, wished);
  const all = products.data ?? [];
  const openProducts = all.filter(({ slug }) => opened.has(`${prefix}/${slug}`)).map(({ slug }) => slug);
  const below = useQueries({ queries: openProducts.map((slug) => devicesQuery(slug, most.get(slug) ?? AT_ONCE)) });
  const shown = wished === "" ? openProducts : [...new Set(found.devices.map(({ product }) => product))];
  const fields = useQueries({ queries: shown.map((slug) => fieldsQuery(slug)) });
  const free = useFree(workspace);
  const freeRows = useMemo(() => freeRowsOf(free.topics, wished, opened), [free.topics, wished, opened]);
  const own = useMemo((): readonly Row[] => {
    const fieldsOf = new Map(
      shown.flatMap((slug, n) => (fields[n]?.data === undefined ? [] : [[slug, fields[n].data] as const])),
    );
    if (wished !== "") return foundRows(prefix, all, found.devices, fieldsOf, wished, opened);
    const devices = new Map(
      openProducts.flatMap((slug, n) => (below[n]?.data === undefined ? [] : [[slug, below[n].data] as const])),
    );
    // the first level is open until somebody closes it
    const open = opened.has(`${prefix} closed`) ? opened : new Set([...opened, prefix]);
    return rowsOf({ prefix, products: all, devices, fields: fieldsOf, open });
  }, [prefix, all, found.devices, wished, opened, openProducts, below, shown, fields]);
  const rows = useMemo(() => [...own, ...freeRows], [own, freeRows]);
  const toggle = (key: string) =>
    setOpened((before) => {
      const mark = key === prefix ? `${prefix} closed` : key;
      const next = new Set(before);
      if (!next.delete(mark)) next.add(mark);
      return next;
    });
  const loadMore = (slug: string) =>
    setMost((before) => new Map(before).set(slug, (before.get(slug) ?? AT_ONCE) + AT_ONCE));
  const error = products.error ?? found.error ?? below.find((one) => one.error !== null)?.error ?? null;
  return { prefix, rows, free, toggle, loadMore, error, pending: products.data === undefined };
}

/** The same text a moment after the last key. */
function useLate(text: string): string {
  const [late, setLate] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setLate(text), 200);
    return () => clearTimeout(timer);
  }, [text]);
  return late;
}

function useFound(workspace: string, text: string) {
  const topic = topicParts(text);
  const { data, error } = useQuery({
    queryKey: ["devices", "tree found", workspace, text],
    queryFn: async ({ signal }) => {
      const search = topic === null ? text : (topic.device ?? "");
      const wish = topic === null ? { workspace } : { workspace, product: topic.product };
      const page = { limit: MOST_FOUND, signal, ...(search !== "" && { search: search.slice(0, 200) }) };
      return (await api.listDevices({ ...wish, ...page })).data.items;
    },
    enabled: text !== "",
    placeholderData: (before) => before,
  });
  return { devices: text === "" ? [] : (data ?? []), error };
}

/** What a search found: its devices below their products; of a topic that was pasted whole its fields, too. */
function foundRows(
  prefix: string,
  products: Parameters<typeof rowsOf>[0]["products"],
  found: readonly Device[],
  fields: Parameters<typeof rowsOf>[0]["fields"],
  text: string,
  opened: ReadonlySet<string>,
): readonly Row[] {
  const devices = new Map<string, { items: Device[]; more: boolean }>();
  for (const device of found) {
    const known = devices.get(device.product) ?? { items: [], more: false };
    known.items.push(device);
    devices.set(device.product, known);
  }
  const wanted = text.toLowerCase();
  const some = products.filter(
    ({ slug, name }) => devices.has(slug) || slug.includes(wanted) || name.toLowerCase().includes(wanted),
  );
  const open = new Set([...opened, prefix, ...some.map(({ slug }) => `${prefix}/${slug}`)]);
  if (topicParts(text)?.device) for (const { product, id } of found) open.add(`${prefix}/${product}/${id}`);
  return rowsOf({ prefix, products: some, devices, fields, open });
}
