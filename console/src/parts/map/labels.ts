/** A pin on the map, and how big its label is; px. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** px from the middle of a pin to its edge, and to its label, which stands at its right. */
const PIN = 7;
const AWAY = 14;

/**
 * Which labels are shown: none that would lie on another one or on another pin, the first ones before those behind them. What is near
 * each other is told apart by zooming in, or by pointing.
 */
export function shownLabels(places: readonly Place[]): boolean[] {
  const taken = places.map((place) => ({
    of: place as Place | null,
    ...{ left: place.x - PIN, right: place.x + PIN, top: place.y - PIN, bottom: place.y + PIN },
  }));
  return places.map((place) => {
    const left = place.x + AWAY;
    const right = left + place.width;
    const top = place.y - place.height / 2;
    const bottom = top + place.height;
    const isFree = taken.every(
      (one) => one.of === place || left >= one.right || one.left >= right || top >= one.bottom || one.top >= bottom,
    );
    if (isFree) taken.push({ of: null, left, right, top, bottom });
    return isFree;
  });
}
