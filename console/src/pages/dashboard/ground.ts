import { useQuery } from "@tanstack/react-query";
import { queryOptions } from "@tanstack/react-query";
import { allOf, fieldsQuery, type Product } from "../../api/fleet.ts";
import { api } from "../../api/index.ts";
import { useLooked } from "../../parts/dashboard/data.ts";
import { someDevicesQuery } from "../../parts/dashboard/device-select.tsx";
import type { Ground } from "./fresh.ts";

export function downlinksQuery(product: string) {
  return queryOptions({
    queryKey: ["downlinks", product, "names"],
    queryFn: async ({ signal }): Promise<string[]> =>
      (await allOf((cursor) => api.listDownlinks({ product, limit: 1000, signal, ...cursor }), 1000)).map(
        ({ name }) => name,
      ),
    enabled: product !== "",
    staleTime: 60_000,
  });
}

/** What a new widget shows at first: of the dashboard's product, else of the first one and its first device. */
export function useGround(products: readonly Product[], product: string | null): Ground {
  const looked = useLooked();
  const slug = product ?? products[0]?.slug ?? "";
  const fields = useQuery({ ...fieldsQuery(slug), enabled: slug !== "" }).data ?? [];
  const devices = useQuery(someDevicesQuery(slug)).data ?? [];
  const downlinks = useQuery(downlinksQuery(slug)).data ?? [];
  const device = product === null ? (devices[0]?.id ?? null) : (looked?.device ?? null);
  return { product: slug, device, own: product !== null, fields, downlinks };
}
