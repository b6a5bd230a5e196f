import type { Field } from "../../api/fleet.ts";

export const TYPES: readonly Field["type"][] = ["NUMERIC", "INT", "BOOL", "STRING", "GEO", "COUNTER"];
export const ROLES = ["primary", "secondary", "device_location", "device_signal", "device_battery"] as const;

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
  readonly active: boolean;
}

export const NEW_FIELD: FieldForm = {
  ...{ name: "", id: null, type: "NUMERIC", unit: "", decimals: "", description: "", role: "", active: true },
};

export function formOf(field: Field): FieldForm {
  const { name, id, type, unit, decimals, description, role, active } = field;
  const empty = { unit: unit ?? "", decimals: decimals ?? "", description: description ?? "", role: role ?? "" };
  return { name, id, type, active, ...empty };
}

/** The form as the API takes a change of it. */
export function bodyOf({ name, unit, decimals, description, role, active }: FieldForm) {
  const text = (one: string) => (one.trim() === "" ? null : one.trim());
  return {
    name: name.trim(),
    unit: text(unit),
    decimals: decimals === "" ? null : Number(decimals),
    description: text(description),
    role: ROLES.find((one) => one === role) ?? null,
    active,
  };
}
