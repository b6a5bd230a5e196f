import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/index.ts";
import { withBytes } from "./estimate.ts";

/** The product with the tag of its state, for changes. */
export function stateQuery(product: string) {
  return queryOptions({
    queryKey: ["products", "state", product],
    queryFn: async ({ signal }) => {
      const { data, etag } = await api.getProduct({ product, signal });
      return { product: data, etag: etag ?? "*" };
    },
  });
}

/** How many devices it has, up to a page of the API. */
export const COUNTED = 1000;
export function countQuery(product: string) {
  return queryOptions({
    queryKey: ["devices", "count", product],
    queryFn: async ({ signal }) => (await api.listDevices({ product, limit: COUNTED, signal })).data.items.length,
  });
}

export function retentionQuery(product: string) {
  return queryOptions({
    queryKey: ["retention", product],
    queryFn: async ({ signal }) => {
      const { data, etag } = await api.getProductRetention({ product, signal });
      return { retention: data, etag: etag ?? "*" };
    },
  });
}

/** What the product takes of the disk, of the devices that one may view. */
export function usageQuery(product: string) {
  return queryOptions({
    queryKey: ["storage", product],
    queryFn: async ({ signal }) => withBytes((await api.getProductStorage({ product, signal })).data),
    retry: false,
  });
}

export function decoderQuery(product: string) {
  return queryOptions({
    queryKey: ["decoders", product, "in force"],
    queryFn: async ({ signal }) => (await api.getDecoder({ product, signal })).data.version,
    retry: false,
  });
}

export function versionsQuery(product: string) {
  return queryOptions({
    queryKey: ["decoders", product, "all"],
    queryFn: async ({ signal }) =>
      (await api.listDecoderVersions({ product, limit: 1000, signal })).data.items.reverse(),
    retry: false,
  });
}

export function suggestionsQuery(product: string, state: "open" | "ignored") {
  return queryOptions({
    queryKey: ["suggestions", product, state],
    queryFn: async ({ signal }) => (await api.listProductSuggestions({ product, state, signal })).data.items,
    retry: false,
    refetchInterval: 10_000,
  });
}

export function integrationQuery(product: string) {
  return queryOptions({
    queryKey: ["integration", "state", product],
    queryFn: async ({ signal }) => {
      const { data, etag } = await api.getIntegration({ product, signal });
      return { integration: data, etag: etag ?? "*" };
    },
    retry: false,
  });
}

/** What came last, and what became of it. */
export function passesQuery(product: string) {
  return queryOptions({
    queryKey: ["passes", product],
    queryFn: async ({ signal }) => (await api.listProductPasses({ product, limit: 20, signal })).data.items,
    retry: false,
    refetchInterval: 5000,
  });
}

export function configurationQuery(product: string) {
  return queryOptions({
    queryKey: ["configuration", product],
    queryFn: async ({ signal }) => (await api.listConfigurationFields({ product, limit: 1000, signal })).data.items,
  });
}

/** What is changed in a form of its own, with the tag of its state: a field, a configuration field, a downlink. */
export function fieldStateQuery(product: string, field: string) {
  return queryOptions({
    queryKey: ["fields", product, "one", field],
    queryFn: async ({ signal }) => {
      const { data, etag } = await api.getField({ product, field, signal });
      return { known: data, etag: etag ?? "*" };
    },
    gcTime: 0,
  });
}
export function configurationStateQuery(product: string, field: string) {
  return queryOptions({
    queryKey: ["configuration", product, "one", field],
    queryFn: async ({ signal }) => {
      const { data, etag } = await api.getConfigurationField({ product, configuration_field: field, signal });
      return { known: data, etag: etag ?? "*" };
    },
    gcTime: 0,
  });
}
export function downlinkStateQuery(product: string, downlink: string) {
  return queryOptions({
    queryKey: ["downlinks", product, "one", downlink],
    queryFn: async ({ signal }) => {
      const { data, etag } = await api.getDownlink({ product, downlink, signal });
      return { known: data, etag: etag ?? "*" };
    },
    gcTime: 0,
  });
}
