/** A position as a value of a GEO field has it; null: it is none. */
export function positionOf(value: unknown): { readonly lat: number; readonly lng: number } | null {
  if (typeof value !== "object" || value === null) return null;
  const [lat, lng]: unknown[] = [Reflect.get(value, "lat"), Reflect.get(value, "lng")];
  return typeof lat === "number" && typeof lng === "number" ? { lat, lng } : null;
}
