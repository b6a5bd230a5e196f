import type { FieldRole, Semantic } from "../fleet/types.ts";
import type { Form } from "../measure/types.ts";

/** A field as Home Assistant is told of it. */
export interface DescribedField {
  /** Its identifier, which never changes. */
  readonly id: string;
  /** How its values look; of numbers whether they are a running total, and whole. */
  readonly form: Form;
  readonly isTotal: boolean;
  readonly isWhole: boolean;
  readonly name: string;
  readonly unit: string | null;
  readonly decimals?: number;
  readonly role?: FieldRole;
  readonly semantic?: Semantic;
  readonly settable?: boolean;
  readonly active?: false;
}
/** A device, with what decides how it appears for one account. */
export interface DescribedDevice {
  /** The store's number of it: it stays when the device is given another id. */
  readonly uid: number;
  readonly id: string;
  readonly name: string;
  readonly serial: string | null;
  readonly location?: string;
  readonly product: { readonly uuid: string; readonly slug: string; readonly name: string };
  /** How its product writes true and false. */
  readonly boolText: "true" | "True";
  readonly fields: Iterable<DescribedField>;
  /** Whether the account may record: what can be set can be set from there, then. */
  readonly mayRecord: boolean;
}
/** Where values come, where they are recorded, and what the account hears alone. */
export interface Topics {
  /** Where Home Assistant looks for devices: `homeassistant`. */
  readonly discoveryPrefix: string;
  value(product: string, device: string, field: string): string;
  command(product: string, device: string, field: string): string;
}

/** One component of a device, an entity in Home Assistant. The keys are those of its documentation, abbreviated. */
export type Component = { readonly p: Platform } & Readonly<Record<string, string | number | boolean>>;
export type Platform = "sensor" | "binary_sensor" | "switch" | "number" | "text" | "device_tracker";

/** What is retained on a device's discovery topic. */
export interface DeviceConfig {
  readonly dev: Readonly<Record<string, string | readonly string[]>>;
  readonly o: { readonly name: string; readonly sw: string };
  readonly avty_t: string;
  readonly cmps: Readonly<Record<string, Component>>;
}
