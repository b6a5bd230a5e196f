/** Circles on the map. */

interface Place {
  readonly lat: number;
  readonly lng: number;
}

/** Metres. */
const MEAN_RADIUS = 6_371_008.8;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Metres between two places, along a great circle of the mean sphere (within 0.6 % of the ellipsoid). */
export function distance(a: Place, b: Place): number {
  const [from, to] = [radians(a.lat), radians(b.lat)];
  const high = Math.sin((to - from) / 2);
  const wide = Math.sin(radians(b.lng - a.lng) / 2);
  const part = high * high + Math.cos(from) * Math.cos(to) * wide * wide;
  return 2 * MEAN_RADIUS * Math.asin(Math.min(1, Math.sqrt(part)));
}
