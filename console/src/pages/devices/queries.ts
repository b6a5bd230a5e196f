import { queryOptions } from "@tanstack/react-query";
import { allOf, type Device, fieldsQuery, productsQuery } from "../../api/fleet.ts";
import { api, queryClient } from "../../api/index.ts";
import { topicParts } from "../../parts/topic.ts";
import { type DevicesSearch, USUAL_SORT } from "./search.ts";

const MOST_DEVICES = 100_000;
/** Products whose fields and values are asked for. */
export const MOST_PRODUCTS = 20;
/** Devices that are shown before the others are there: more than a screen has. */
const FIRST = 40;

/** What the address asks for, in the words of the API. */
function wishOf(workspace: string, { q = "", product, tag, state }: DevicesSearch) {
  const topic = topicParts(q);
  const named = topic?.product ?? product;
  const search = topic === null ? q : (topic.device ?? "");
  return {
    workspace,
    ...(search !== "" && { search: search.slice(0, 200) }),
    ...(named !== undefined && { product: named }),
    ...(tag !== undefined && { tag }),
    ...(state !== undefined && { online: state === "online" }),
  };
}

const SORTS = ["name", "-name", "heard", "-heard"] as const;
/** The order of the list, where the server knows it. */
export const sortOf = ({ sort = USUAL_SORT }: DevicesSearch) => SORTS.find((one) => one === sort);

/** The first devices of the list, with their values: what a screen shows, however many there are. */
export function firstDevicesQuery(workspace: string, search: DevicesSearch) {
  const wish = { ...wishOf(workspace, search), sort: sortOf(search) ?? "name" } as const;
  return queryOptions({
    queryKey: ["devices", workspace, "first", wish],
    queryFn: async ({ signal }) => (await api.listDevices({ ...wish, limit: FIRST, values: true, signal })).data,
    meta: { live: true },
    placeholderData: (before) => before,
  });
}

/** All devices of a workspace, as far as the address asks for them. */
export function devicesQuery(workspace: string, search: DevicesSearch) {
  const wish = wishOf(workspace, search);
  return queryOptions({
    queryKey: ["devices", workspace, wish],
    queryFn: ({ signal }): Promise<Device[]> =>
      allOf((cursor) => api.listDevices({ ...wish, limit: 1000, signal, ...cursor }), MOST_DEVICES),
    // comparing 10,000 devices with those that were there takes longer than a frame
    structuralSharing: false,
    meta: { live: true },
    placeholderData: (before) => before,
  });
}

/** Asks for what the page needs first, while it is loaded itself. */
export async function prefetchDevices(workspace: string, search: DevicesSearch): Promise<void> {
  void queryClient.prefetchQuery(firstDevicesQuery(workspace, search));
  const products = await queryClient.fetchQuery(productsQuery(workspace)).catch(() => []);
  for (const { slug } of products.slice(0, MOST_PRODUCTS)) void queryClient.prefetchQuery(fieldsQuery(slug));
}
