type Point = readonly number[];

/**
 * The ring of a land on a flat map: where it crosses the date line it goes on beyond it, instead of back over the whole map; one that goes
 * round a pole is closed along it.
 * @param ring longitude and latitude, degrees
 */
export function unbroken(ring: readonly Point[]): number[][] {
  let turns = 0;
  let before = ring[0]?.[0] ?? 0;
  const points = ring.map(([lng = 0, lat = 0]) => {
    if (lng - before > 180) turns--;
    else if (before - lng > 180) turns++;
    before = lng;
    return [lng + turns * 360, lat];
  });
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || turns === 0) return points;
  const pole = (last[1] ?? 0) < 0 ? -90 : 90;
  return [...points, [last[0] ?? 0, pole], [first[0] ?? 0, pole]];
}
