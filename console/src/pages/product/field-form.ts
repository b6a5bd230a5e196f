import type { Field } from "../../api/fleet.ts";

export const TYPES: readonly Field["type"][] = ["NUMERIC", "INT", "BOOL", "STRING", "GEO", "COUNTER"];
export const ROLES = ["primary", "secondary", "device_location", "device_signal", "device_battery"] as const;

type Semantic = NonNullable<Field["semantic"]>;
/** What a field may measure, by the form of its values. */
const SEMANTICS = {
  number: [
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
  ],
  position: ["location"],
  boolean: [
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
  ],
} as const satisfies Readonly<Record<string, readonly Semantic[]>>;

/** What a field of this type may measure: a number is no open door. */
export function semanticsOf(type: Field["type"]): readonly Semantic[] {
  if (type === "STRING") return [];
  return type === "BOOL" ? SEMANTICS.boolean : type === "GEO" ? SEMANTICS.position : SEMANTICS.number;
}

/** The identifier that a name suggests: `Water level (m)` is `WATER_LEVEL_M`. */
export function idOf(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .toUpperCase()
    .slice(0, 64);
}

/** What is typed about a field. */
export interface FieldForm {
  readonly name: string;
  /** Null: as the name suggests. */
  readonly id: string | null;
  readonly type: Field["type"];
  readonly unit: string;
  readonly decimals: number | string;
  readonly description: string;
  readonly role: string;
  readonly semantic: string;
  /** Empty: the field does not say. */
  readonly settable: "" | "yes" | "no";
  /** Null: it is measured. */
  readonly formula: string | null;
  readonly active: boolean;
}

export const NEW_FIELD: FieldForm = {
  ...{
    name: "",
    id: null,
    type: "NUMERIC",
    unit: "",
    decimals: "",
    description: "",
    role: "",
    semantic: "",
    settable: "",
    formula: null,
    active: true,
  },
};

export function formOf(field: Field): FieldForm {
  const { name, id, type, unit, decimals, description, role, semantic, settable, formula, active } = field;
  const empty = {
    unit: unit ?? "",
    decimals: decimals ?? "",
    description: description ?? "",
    role: role ?? "",
    semantic: semantic ?? "",
  };
  return { name, id, type, formula, active, ...empty, settable: settable === null ? "" : settable ? "yes" : "no" };
}

/** The form as the API takes a change of it. */
export function bodyOf({ name, unit, decimals, description, role, semantic, settable, formula, active }: FieldForm) {
  const text = (one: string) => (one.trim() === "" ? null : one.trim());
  return {
    name: name.trim(),
    unit: text(unit),
    decimals: decimals === "" ? null : Number(decimals),
    description: text(description),
    role: ROLES.find((one) => one === role) ?? null,
    semantic:
      Object.values<readonly Semantic[]>(SEMANTICS)
        .flat()
        .find((one) => one === semantic) ?? null,
    settable: settable === "" ? null : settable === "yes",
    formula: formula === null ? null : formula.trim(),
    active,
  };
}
