import L from "leaflet";
import { useEffect, useRef } from "react";
import { useText } from "../dashboard/text.ts";
import { openMap, tilesAt } from "./ground.ts";
import css from "./map.module.css";
import { draw, MOST_LABELS, separate } from "./pins.ts";

/**
 * Where things are, over the outlines of the countries that come with the console: nothing is loaded from elsewhere, so it works without the
 * internet, and tells nobody where one looks. It knows no devices: whoever uses it says what stands where.
 */

export interface Pin {
  readonly id: string;
  readonly lat: number;
  readonly lng: number;
  /** What it is, for who points at it and for readers of screens. */
  readonly name: string;
  /** Beside it. */
  readonly text?: string | undefined;
  readonly state: "ok" | "away";
}
interface Props {
  readonly pins: readonly Pin[];
  readonly onOpen?: ((id: string) => void) | undefined;
}

const FIRST_ZOOM = 10;

export default function WorldMap({ pins, onOpen }: Props) {
  const t = useText().dashboards.map;
  const place = useRef<HTMLElement>(null);
  const map = useRef<L.Map | null>(null);
  const layer = useRef<L.LayerGroup | null>(null);
  const framed = useRef("");
  const open = useRef(onOpen);
  open.current = onOpen;
  const latest = useRef(pins);
  latest.current = pins;
  useEffect(() => {
    const { current: box } = place;
    if (box === null) return;
    const made = openMap(box, t);
    const own = L.layerGroup().addTo(made);
    layer.current = own;
    made.on("moveend viewreset resize", () => separate(made, own));
    map.current = made;
    framed.current = "";
    const watch = new ResizeObserver(() => {
      made.invalidateSize({ animate: false });
      frame(made, latest.current, framed);
    });
    watch.observe(box);
    return () => {
      watch.disconnect();
      made.remove();
      map.current = null;
    };
  }, [t]);
  useEffect(() => {
    const { current: to } = layer;
    if (to === null || map.current === null) return;
    draw(to, pins, (id) => open.current?.(id));
    frame(map.current, pins, framed);
    separate(map.current, to);
  }, [pins]);
  return (
    <div className={css.frame}>
      <section ref={place} className={css.map} aria-label={t.label} />
      <button
        type="button"
        className={css.all}
        disabled={pins.length === 0}
        onClick={() => {
          framed.current = "";
          if (map.current !== null) frame(map.current, pins, framed);
        }}
      >
        {t.all}
      </button>
      {tilesAt() === undefined && <span className={css.source}>{t.outline}</span>}
      {pins.length === 0 && <p className={css.none}>{t.none}</p>}
    </div>
  );
}

/** Shows all pins, once for each set of them: values that come later move no map under the pointer. */
function frame(map: L.Map, pins: readonly Pin[], framed: { current: string }): void {
  const key = pins
    .map(({ id }) => id)
    .sort()
    .join(" ");
  const size = map.getSize();
  if (pins.length === 0 || framed.current === key || size.x === 0 || size.y === 0) return;
  framed.current = key;
  map.fitBounds(L.latLngBounds(pins.map(({ lat, lng }) => [lat, lng])), {
    paddingTopLeft: [32, 32],
    // labels stand at the right of their pins
    paddingBottomRight: [pins.length <= MOST_LABELS ? Math.min(140, size.x / 3) : 32, 32],
    maxZoom: FIRST_ZOOM,
    animate: false,
  });
}
