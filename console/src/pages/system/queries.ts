import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/index.ts";

/** How often figures are asked for while somebody looks, ms. */
const OFTEN = 2000;
const MINUTE = 60_000;

export const instanceQuery = queryOptions({
  queryKey: ["instance"],
  queryFn: async ({ signal }) => (await api.getInstance({ signal })).data,
  refetchInterval: MINUTE / 6,
});

export const figuresQuery = queryOptions({
  queryKey: ["figures"],
  queryFn: async ({ signal }) => (await api.getFigures({ signal })).data,
  refetchInterval: OFTEN,
});

export const dayQuery = queryOptions({
  queryKey: ["figures", "day"],
  queryFn: async ({ signal }) => (await api.getDayOfFigures({ signal })).data,
  refetchInterval: MINUTE / 2,
});

export const nodesQuery = queryOptions({
  queryKey: ["nodes"],
  queryFn: async ({ signal }) => (await api.listNodes({ signal })).data,
  refetchInterval: MINUTE / 6,
});

export const storageQuery = queryOptions({
  queryKey: ["storage"],
  queryFn: async ({ signal }) => (await api.getStorage({ top: 20, signal })).data,
  refetchInterval: MINUTE,
});

export const backupsQuery = queryOptions({
  queryKey: ["backups"],
  queryFn: async ({ signal }) => (await api.listBackups({ signal })).data.items,
});

export const settingsQuery = queryOptions({
  queryKey: ["settings"],
  queryFn: async ({ signal }) => (await api.listSettings({ signal })).data.items,
});
