import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/index.ts";
import type { Device } from "../../../../sdk/operations.js";
import type { DevicesSearch } from "./search.ts";

/** Devices of one page of the API, and how many pages are asked for at most: 100,000 devices. */
const PAGE = 1000;
const MOST_PAGES = 100;

/** The devices of a workspace, as far as the address asks for them. */
export function devicesQuery(workspace: string, { q, product, tag, state }: DevicesSearch) {
  return queryOptions({
    queryKey: ["devices", workspace, { q, product, tag, state }],
    queryFn: async ({ signal }) => {
      const devices: Device[] = [];
      let cursor: string | null | undefined;
      for (let n = 0; n < MOST_PAGES && cursor !== null; n++) {
        const { data } = await api.listDevices({
          workspace,
          limit: PAGE,
          signal,
          ...(q !== undefined && { search: q.slice(0, 200) }),
          ...(product !== undefined && { product }),
          ...(tag !== undefined && { tag }),
          ...(state !== undefined && { online: state === "online" }),
          ...(cursor !== undefined && { cursor }),
        });
        devices.push(...data.items);
        cursor = data.next;
      }
      return devices;
    },
    meta: { live: true },
    placeholderData: (before) => before,
  });
}
