import L from "leaflet";
import { useEffect, useRef } from "react";
import { useText } from "../dashboard/text.ts";
import { type Circle, edgeOf } from "./circle.ts";
import { openMap, tilesAt } from "./ground.ts";
import css from "./map.module.css";
import { draw, separate } from "./pins.ts";
import { type CircleProps, HANDLE, type Latest, type Handles, handlesOn } from "./circle-handles.ts";

const NEAREST = 14;

/** A circle that is placed by a click, moved by its middle and made larger by its edge: with the pointer, or with the arrow keys. */
export default function CircleMap({ circle, onChange, pins, words }: CircleProps) {
  const t = useText().dashboards.map;
  const box = useRef<HTMLElement>(null);
  const map = useRef<L.Map | null>(null);
  const drawn = useRef<Handles | null>(null);
  const latest = useRef({ circle, onChange, pins, isFramed: false, isHeld: false });
  Object.assign(latest.current, { circle, onChange, pins });
  useEffect(() => {
    if (box.current === null) return;
    const made = openMap(box.current, t);
    map.current = made;
    const devices = L.layerGroup().addTo(made);
    drawn.current = handlesOn(made, devices, words, latest.current);
    const watch = new ResizeObserver(() => {
      made.invalidateSize({ animate: false });
      frame(made, latest.current);
    });
    watch.observe(box.current);
    return () => {
      watch.disconnect();
      made.remove();
      map.current = null;
    };
  }, [t, words]);
  useEffect(() => {
    if (map.current === null || drawn.current === null) return;
    drawn.current.show(circle);
    draw(drawn.current.devices, pins, () => {});
    frame(map.current, latest.current);
    separate(map.current, drawn.current.devices);
  }, [circle, pins]);
  return (
    <div className={css.frame}>
      <section ref={box} className={css.map} aria-label={words.label} />
      {tilesAt() === undefined && <span className={css.source}>{t.outline}</span>}
      {circle === null && <p className={css.none}>{words.place}</p>}
    </div>
  );
}

/** Shows the circle, else the devices. What one moves moves no map under the pointer; what one types and is elsewhere, or too small to see, does. */
function frame(map: L.Map, latest: Latest): void {
  const { circle, pins } = latest;
  const size = map.getSize();
  if (size.x === 0 || size.y === 0 || latest.isHeld || (latest.isFramed && isInSight(map, circle))) return;
  const own = { padding: [32, 32] as L.PointTuple, maxZoom: NEAREST, animate: false };
  if (circle !== null) map.fitBounds(L.latLng(circle.lat, circle.lng).toBounds(circle.radius * 2), own);
  else if (pins.length > 0) map.fitBounds(L.latLngBounds(pins.map(({ lat, lng }) => [lat, lng])), own);
  else return;
  latest.isFramed = true;
}

function isInSight(map: L.Map, circle: Circle | null): boolean {
  if (circle === null) return true;
  const [middle, edge] = [
    map.latLngToContainerPoint([circle.lat, circle.lng]),
    map.latLngToContainerPoint([...edgeOf(circle)]),
  ];
  const isSmall = middle.distanceTo(edge) < HANDLE && map.getZoom() < NEAREST;
  return map.getBounds().contains([circle.lat, circle.lng]) && !isSmall;
}
