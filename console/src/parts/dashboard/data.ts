import { createContext, useContext } from "react";
import type { Field } from "../../api/fleet.ts";
import { useLiveValues } from "../../live/index.ts";
import type { DeviceSet, Source } from "./types.ts";

/**
 * Where widgets get what they show: an account asks for it as every page does, a link that shows a dashboard has operations of its own.
 * Widgets know this alone, so that both show the same.
 */

export type ShownField = Pick<Field, "id" | "name" | "type" | "unit" | "decimals">;
export interface ShownDevice {
  readonly product: string;
  readonly id: string;
  readonly name: string;
  /** RFC 3339; null: never. */
  readonly heard: string | null;
  /** ms after which it counts as away. */
  readonly timeout: number;
}
export interface Measured {
  readonly value: unknown;
  /** RFC 3339; null: never. */
  readonly time: string | null;
}
export interface Asked<T> {
  readonly data: T | undefined;
  readonly error: Error | null;
}
/** A question about a history, as `queryHistory` takes it. */
export interface HistoryWish {
  readonly products: string[];
  readonly devices: string[];
  readonly fields: string[];
  readonly from: string;
  readonly to: string;
  readonly limit?: number;
  readonly points?: number;
  readonly resolution?: string;
  readonly zone?: string;
}

/** The functions named use… are hooks. */
export interface DashboardData {
  /** Names this source, where answers are kept. */
  readonly key: string;
  useFields(product: string): Asked<readonly ShownField[]>;
  useDevice(product: string, device: string): Asked<ShownDevice>;
  useDevices(set: DeviceSet & { product: string }): Asked<readonly ShownDevice[]>;
  useValues(product: string, device: string): Asked<ReadonlyMap<string, Measured>>;
  /** Those of many devices, by the device's id. */
  useAllValues(product: string): Asked<ReadonlyMap<string, ReadonlyMap<string, Measured>>>;
  history(wish: HistoryWish, signal: AbortSignal): Promise<readonly object[]>;
  /** Null: nothing can be changed here. */
  readonly act: {
    /** A hook: whether values of a device may be recorded. */
    useMayRecord(product: string, device: string): boolean;
    record(product: string, device: string, field: string, value: unknown): Promise<void>;
    send(product: string, device: string, downlink: string): Promise<void>;
  } | null;
  /** The page of a device; null: there is none. */
  deviceLink(product: string, device: string): string | null;
}

const Context = createContext<DashboardData | null>(null);
export const DataProvider = Context.Provider;
export function useData(): DashboardData {
  const data = useContext(Context);
  if (data === null) throw new Error("a widget stands outside of a dashboard");
  return data;
}

/** The device that one looks at on a dashboard of a product. */
export interface Looked {
  readonly product: string;
  readonly device: string | null;
}
const LookedContext = createContext<Looked | null>(null);
export const LookedProvider = LookedContext.Provider;
export const useLooked = () => useContext(LookedContext);

/** The series that a source means; null: there is no device yet. */
export function useSeries(source: Pick<Source, "product" | "device">): { product: string; device: string } | null {
  const looked = useLooked();
  const product = source.product ?? looked?.product;
  const device = source.device ?? looked?.device;
  return product === undefined || device === undefined || device === null ? null : { product, device };
}

const never = () => false;
/** Why nothing can be changed here; null: it can. A link that shows a dashboard changes nothing, and an account what its rights allow. */
export function useWriting(product: string, device: string): "shared" | "rights" | null {
  const { act } = useData();
  const may = (act?.useMayRecord ?? never)(product, device);
  return act === null ? "shared" : may ? null : "rights";
}

/** What a source shows now: its field, and its value as it was asked for or came live. */
export function useValue(source: Source) {
  const data = useData();
  const { product, device } = useSeries(source) ?? { product: "", device: "" };
  const fields = data.useFields(product);
  const values = data.useValues(product, device);
  const about = data.useDevice(product, device);
  const live = useLiveValues(product, device).get(source.field);
  const known = values.data?.get(source.field);
  const value = newer(known, live);
  const field = fields.data?.find(({ id }) => id === source.field);
  return {
    product,
    device,
    field,
    value,
    timeout: about.data?.timeout ?? Number.POSITIVE_INFINITY,
    name: about.data?.name ?? device,
    error: fields.error ?? values.error ?? about.error,
    /** It is known, and the field is not there. */
    missing: fields.data !== undefined && field === undefined,
    ready: fields.data !== undefined && values.data !== undefined,
  };
}

/** The newer of what was asked for and what came live. */
export function newer(known: Measured | undefined, live: { value: unknown; time: string } | undefined): Measured {
  const none = { value: null, time: null };
  if (live === undefined) return known ?? none;
  return known === undefined || known.time === null || known.time <= live.time ? live : known;
}
