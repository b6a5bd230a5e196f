import type { FunctionName } from "../decoders/types.ts";

/** What rows know for integrations: how others name them, what reads what devices send, what is set for each device. */

/** What has a name that programs elsewhere may hold on to. */
export interface Named {
  /** A UUID in lower case, unique in its kind. Given by the fleet service where a new row says none; every committed row has one. */
  readonly uuid?: string;
}
export interface Made {
  /** When it was made, µs. Absent: before this was noted. */
  readonly created?: number;
}

/** A key that another one took the place of. @property until µs: so long it is good all the same */
export interface OldKey {
  readonly key: string;
  readonly until: number;
}

/** Of a product: how devices that speak otherwise reach it. */
export interface Integration {
  /** Number of the decoder version in force. Absent: none, what comes is read as it is. */
  readonly decoder?: number;
  /** A UUID by which the HTTP integration finds the product, and which can be changed. Given as `uuid` is. */
  readonly integrationKey?: string;
  /** The key of before, from a change of it with a grace period on; when that is over, it is nothing any more. */
  readonly oldIntegrationKey?: OldKey;
  /** Present: the HTTP integration does not take the product's UUID, its key alone. */
  readonly acceptsProductUuid?: false;
  /** Present: a LoRaWAN network may send without a token. */
  readonly networkTokenNeeded?: false;
  /** So many devices at most may be in the product for unknown serials to make others. Absent: they are suggested. */
  readonly createsDevices?: number;
  /** The same, of fields and unknown identifiers. */
  readonly createsFields?: number;
  /** Name of the workspace's network that takes downlinks to its devices. Absent: none does. */
  readonly network?: string;
}

/** A version of the script that reads what a product's devices send. Never changed; another one takes its place. */
export interface Decoder {
  readonly uid: number;
  readonly product: number;
  /** 1, 2, … in the product; never given again. */
  readonly number: number;
  readonly code: string;
  /** The function that is called; null: the first that the code has, in the order of the input's kind. */
  readonly function: FunctionName | null;
  /** µs */
  readonly created: number;
  /** Name of who made it. */
  readonly by: string;
  /** Why, for people; may be empty. */
  readonly note: string;
}

export const FIELD_ROLES = ["primary", "secondary", "device_location", "device_signal", "device_battery"] as const;
export type FieldRole = (typeof FIELD_ROLES)[number];

/** What a field may be said to measure; the last twenty are of yes and no. */
export const SEMANTICS = [
  "air_pollution",
  "ambient_light",
  "battery",
  "co2",
  "energy_consumption",
  "fill_level",
  "hours_until_maintenance",
  "humidity",
  "loudness",
  "people_count",
  "power",
  "runtime_hours",
  "signal",
  "snr",
  "soil_moisture",
  "temperature",
  "voc",
  "water_consumption",
  "water_depth",
  "location",
  "battery_low",
  "button_pressed",
  "desk_occupied",
  "device_powered",
  "door_opened",
  "emergency_triggered",
  "gas_leak_detected",
  "hvac_active",
  "light_on",
  "maintenance_required",
  "motion_detected",
  "parking_occupied",
  "power_outage_detected",
  "rain_detected",
  "room_occupied",
  "smoke_detected",
  "tamper_detected",
  "valve_opened",
  "water_leak_detected",
  "window_opened",
] as const;
export type Semantic = (typeof SEMANTICS)[number];

/** What decoders and encoders may know of a device: a name and a type, with the value that holds where a device has none of its own. */
export interface ConfigurationField {
  readonly uid: number;
  readonly product: number;
  /** As scripts read it, `configurationValues.<id>`: unlike a field's, upper and lower case differ. */
  readonly id: string;
  readonly name: string;
  readonly type: ConfigurationType;
  /** Null: there is none. */
  readonly default: ConfigurationValueOf | null;
  readonly unit: string | null;
  readonly description: string | null;
}
export const CONFIGURATION_TYPES = ["number", "text", "boolean"] as const;
export type ConfigurationType = (typeof CONFIGURATION_TYPES)[number];
export type ConfigurationValueOf = number | string | boolean;
/** The value of one device. */
export interface ConfigurationValue {
  readonly uid: number;
  readonly device: number;
  readonly field: number;
  readonly value: ConfigurationValueOf;
}
