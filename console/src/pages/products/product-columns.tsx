import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { fieldsQuery, type Product } from "../../api/fleet.ts";
import { api } from "../../api/index.ts";
import { formatNumber } from "../../parts/format-value.ts";
import type { Column } from "../../parts/table-types.ts";
import { useText } from "../../text/index.ts";
import css from "./products.module.css";

/** So many products have their devices and fields counted. */
export const MOST = 50;

/** Devices are counted up to so many: a page of the API. */
const COUNTED = 1000;

interface Row {
  readonly product: Product;
  readonly devices: number | undefined;
  readonly fields: readonly string[] | undefined;
}

export function useRows(products: readonly Product[] = []): readonly Row[] {
  const some = products.slice(0, MOST);
  const counts = useQueries({
    queries: some.map(({ slug }) => ({
      queryKey: ["devices", "count", slug],
      queryFn: async ({ signal }: { signal: AbortSignal }) =>
        (await api.listDevices({ product: slug, limit: COUNTED, signal })).data.items.length,
    })),
    combine: (all) => all.map(({ data }) => data),
  });
  const fields = useQueries({
    queries: some.map(({ slug }) => fieldsQuery(slug)),
    combine: (all) => all.map(({ data }) => data?.map(({ name }) => name)),
  });
  return products.map((product, n) => ({ product, devices: counts[n], fields: fields[n] }));
}

export function useColumns(workspace: string): readonly Column<Row>[] {
  const t = useText();
  return useMemo(
    () => [
      {
        id: "name",
        head: t.products.name,
        width: 180,
        grow: true,
        fixed: true,
        cell: ({ product: { slug, name } }) => (
          <Link
            to="/w/$workspace/products/$product"
            params={{ workspace, product: slug }}
            className={css.name}
            onClick={(event) => event.stopPropagation()}
          >
            {name}
          </Link>
        ),
        sortBy: ({ product }) => product.name,
      },
      {
        id: "slug",
        head: t.products.slug,
        width: 160,
        cell: ({ product }) => <code>{product.slug}</code>,
        sortBy: ({ product }) => product.slug,
      },
      {
        id: "devices",
        head: t.products.devices,
        width: 100,
        right: true,
        cell: ({ devices }) =>
          devices === undefined
            ? "–"
            : devices < COUNTED
              ? formatNumber(devices, 0, t.time.locale)
              : `≥ ${formatNumber(COUNTED, 0, t.time.locale)}`,
        sortBy: ({ devices }) => devices,
      },
      {
        id: "fields",
        head: t.products.fields,
        width: 220,
        grow: true,
        cell: ({ fields }) => <span className={css.fields}>{fields?.join(", ") ?? "–"}</span>,
        sortBy: ({ fields }) => fields?.length,
      },
      {
        id: "decoder",
        head: t.products.decoder,
        width: 110,
        cell: ({ product: { decoder } }) =>
          decoder === null ? <span className="quiet">{t.products.noDecoder}</span> : t.products.version(decoder),
        sortBy: ({ product }) => product.decoder ?? undefined,
      },
    ],
    [t, workspace],
  );
}
