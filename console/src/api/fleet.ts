import { queryOptions } from "@tanstack/react-query";
import type { Device, DeviceValues, Downlink, Field, Product } from "../../../sdk/operations.js";
import { api } from "./index.ts";

/** Questions about the fleet that several pages ask. */

export type {
  CurrentValue,
  Device,
  DeviceValues,
  Downlink,
  Field,
  ListedDevice,
  Product,
  Value,
} from "../../../sdk/operations.js";

/** A device counts as online for so long when neither it nor its product says otherwise, s (docs/settings.md). */
const DEFAULT_TIMEOUT = 2400;

/** All pages of a list, up to so many items. */
export async function allOf<T>(
  page: (cursor: { cursor?: string }) => Promise<{ data: { items: T[]; next: string | null } }>,
  most: number,
): Promise<T[]> {
  const items: T[] = [];
  let next: string | null | undefined;
  while (next !== null && items.length < most) {
    const { data } = await page(next === undefined ? {} : { cursor: next });
    items.push(...data.items);
    next = data.next;
  }
  return items;
}

/** How clients reach the server. */
export const connectionQuery = queryOptions({
  queryKey: ["connection"],
  queryFn: async ({ signal }) => (await api.getConnection({ signal })).data,
  staleTime: 300_000,
});

/** The products of a workspace. */
export function productsQuery(workspace: string) {
  return queryOptions({
    queryKey: ["products", workspace],
    queryFn: ({ signal }): Promise<Product[]> =>
      allOf((cursor) => api.listProducts({ workspace, limit: 1000, signal, ...cursor }), 10_000),
    staleTime: 60_000,
  });
}

export function productQuery(product: string) {
  return queryOptions({
    queryKey: ["products", "one", product],
    queryFn: async ({ signal }): Promise<Product> => (await api.getProduct({ product, signal })).data,
    staleTime: 60_000,
  });
}

/** What the devices of a product measure. */
export function fieldsQuery(product: string) {
  return queryOptions({
    queryKey: ["fields", product],
    queryFn: ({ signal }): Promise<Field[]> =>
      allOf((cursor) => api.listFields({ product, limit: 1000, signal, ...cursor }), 10_000),
    staleTime: 60_000,
  });
}

/** What can be sent to the devices of a product. */
export function downlinksQuery(product: string) {
  return queryOptions({
    queryKey: ["downlinks", product],
    queryFn: ({ signal }): Promise<Downlink[]> =>
      allOf((cursor) => api.listDownlinks({ product, limit: 1000, signal, ...cursor }), 1000),
  });
}

/** One device, with the tag of its state for changes. */
export function deviceQuery(product: string, device: string) {
  return queryOptions({
    queryKey: ["devices", "one", product, device],
    queryFn: async ({ signal }) => {
      const { data, etag } = await api.getDevice({ product, device, signal });
      return { device: data, etag: etag ?? "*" };
    },
    meta: { live: true },
  });
}

/** The devices that a question like "which does it see" is asked about. @param most how many */
export function someDevicesQuery(workspace: string, search: string, most: number, product?: string) {
  return queryOptions({
    queryKey: ["devices", workspace, "some", { search, most, product }],
    queryFn: async ({ signal }) =>
      (
        await api.listDevices({
          workspace,
          search,
          limit: most,
          signal,
          ...(product !== undefined && product !== "" && { product }),
        })
      ).data,
    placeholderData: (before) => before,
  });
}

/** The current values of a device. */
export function valuesQuery(product: string, device: string) {
  return queryOptions({
    queryKey: ["values", product, device],
    queryFn: async ({ signal }): Promise<DeviceValues> => (await api.getDeviceValues({ product, device, signal })).data,
    meta: { live: true },
  });
}

/** The current values of a product's devices, by the device's id. @param most devices */
export function allValuesQuery(product: string, most: number) {
  return queryOptions({
    queryKey: ["values", product, { most }],
    queryFn: async ({ signal }): Promise<ReadonlyMap<string, DeviceValues>> => {
      const all = await allOf((cursor) => api.listDeviceValues({ product, limit: 1000, signal, ...cursor }), most);
      return new Map(all.map((one) => [one.device, one]));
    },
    meta: { live: true },
    placeholderData: (before) => before,
  });
}

/** After how many ms without a word a device counts as away. */
export function timeoutOf(device: Pick<Device, "online_timeout">, product?: Pick<Product, "online_timeout">): number {
  return (device.online_timeout ?? product?.online_timeout ?? DEFAULT_TIMEOUT) * 1000;
}

/** How a product is reached by what speaks otherwise; it takes rights that not everybody has. */
export function integrationQuery(product: string) {
  return queryOptions({
    queryKey: ["integration", product],
    queryFn: async ({ signal }) => (await api.getIntegration({ product, signal })).data,
    retry: false,
    staleTime: 60_000,
  });
}
