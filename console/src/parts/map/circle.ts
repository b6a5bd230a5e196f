/** A circle on the map as numbers; null where one is none. */
export interface Circle {
  readonly lat: number;
  readonly lng: number;
  /** m */
  readonly radius: number;
}

/** Of a degree of latitude, m. */
const DEGREE = 111_320;
/** So many decimals are 0.1 m. */
const DECIMALS = 6;
const LEAST = 1;

/** What is typed as a circle; null: it is none yet. */
export function circleOf(lat: string, lng: string, radius: string): Circle | null {
  const [a, b, r] = [lat, lng, radius].map((text) =>
    text.trim() === "" ? Number.NaN : Number(text.replace(",", ".")),
  );
  if (a === undefined || b === undefined || r === undefined) return null;
  return Math.abs(a) <= 90 && Math.abs(b) <= 180 && r > 0 ? { lat: a, lng: b, radius: r } : null;
}

/** The point of its edge in the east, where one takes hold of it. */
export function edgeOf({ lat, lng, radius }: Circle): readonly [lat: number, lng: number] {
  return [lat, lng + radius / (DEGREE * Math.max(0.01, Math.cos((lat * Math.PI) / 180)))];
}

/** A place as it is typed: a longitude beyond the date line is the one on its other side. */
export function typedPlace(lat: number, lng: number): { readonly lat: string; readonly lng: string } {
  const turned = ((((lng + 180) % 360) + 360) % 360) - 180;
  return { lat: rounded(Math.max(-90, Math.min(90, lat))), lng: rounded(turned) };
}
/** A radius as it is typed: to the metre, and of what is long to three digits. */
export function typedRadius(metres: number): string {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(LEAST, metres))) - 2);
  return String(Math.max(LEAST, Math.round(metres / step) * step));
}
function rounded(degrees: number): string {
  return String(Number(degrees.toFixed(DECIMALS)));
}
