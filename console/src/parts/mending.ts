import type { ApiUser } from "../../../sdk/operations.js";

type Grant = ApiUser["grants"][number];

/** What one click can mend of a refusal. */

/** The product, device and level of the field that a publish topic names; null: it is none. */
export function namesOf(topic: string | null): { product: string; device: string; field: string } | null {
  const [prefix = "", product = "", device = "", field = "", ...more] = topic?.split("/") ?? [];
  if (!prefix.endsWith("-pub") || product === "" || device === "" || field === "" || more.length > 0) return null;
  return { product, device, field };
}

/** A field's identifier as the server takes it; null: it cannot be one. */
export function fieldIdOf(level: string): string | null {
  const id = level.toUpperCase();
  return /^[A-Z0-9][A-Z0-9_]{0,63}$/.test(id) ? id : null;
}

/** The type of a field that would take this payload. */
export function guessedType(payload: string | null): "NUMERIC" | "BOOL" | "STRING" | "GEO" {
  const text = payload?.trim() ?? "";
  if (text !== "" && Number.isFinite(Number(text))) return "NUMERIC";
  if (/^(?:true|false|on|off)$/i.test(text)) return "BOOL";
  if (/^-?\d+(?:\.\d+)?\s*,\s*-?\d+(?:\.\d+)?$/.test(text) || /^\{.*"lat".*\}$/s.test(text)) return "GEO";
  return "STRING";
}

/** The grants with the permission to record for one device; what else was granted on it stays. */
export function withRecording(grants: readonly Grant[], product: string, device: string): Grant[] {
  const isIt = (one: Grant) => one.scope === "device" && one.product === product && one.device === device;
  const kept = grants.flatMap((one) => (one.scope === "device" && isIt(one) ? one.can : []));
  const can = new Set(kept).add("record_measurements");
  return [...grants.filter((one) => !isIt(one)), { scope: "device", product, device, can: [...can] }];
}
