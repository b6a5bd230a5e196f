import L from "leaflet";
import { useEffect, useRef } from "react";
import { useText } from "../dashboard/text.ts";
import { type Circle, edgeOf, typedPlace, typedRadius } from "./circle.ts";
import { openMap, tilesAt } from "./ground.ts";
import type { Pin } from "./map.tsx";
import css from "./map.module.css";
import { draw, separate } from "./pins.ts";

interface Typed {
  readonly lat: string;
  readonly lng: string;
  readonly radius: string;
}
interface Props {
  /** null: it is not placed yet. */
  readonly circle: Circle | null;
  readonly onChange: (next: Partial<Typed>) => void;
  /** What stands there, to go by: devices. */
  readonly pins: readonly Pin[];
  readonly words: { readonly label: string; readonly centre: string; readonly edge: string; readonly place: string };
}

/** px that an arrow key moves a handle; with Shift so many times. */
const STEP = 4;
const SHIFT = 8;
const ARROWS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ...{ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] },
};
const NEAREST = 14;
/** px of what one takes hold of. */
const HANDLE = 24;
const FIRST_RADIUS = 500;

/** A circle that is placed by a click, moved by its middle and made larger by its edge: with the pointer, or with the arrow keys. */
export default function CircleMap({ circle, onChange, pins, words }: Props) {
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

interface Latest extends Pick<Props, "circle" | "onChange" | "pins"> {
  isFramed: boolean;
  /** Something is dragged. */
  isHeld: boolean;
}
interface Handles {
  readonly devices: L.LayerGroup;
  readonly show: (circle: Circle | null) => void;
}

/** The circle and what one takes hold of. @param latest what the page says at the moment of an event */
function handlesOn(map: L.Map, devices: L.LayerGroup, words: Props["words"], latest: Latest): Handles {
  const round = L.circle([0, 0], { radius: 1, className: css.circle ?? "", interactive: false });
  const handle = (name: string, style: string | undefined) => {
    const icon = L.divIcon({ className: style, html: "", iconSize: [HANDLE, HANDLE] });
    return L.marker([0, 0], { icon, draggable: true, autoPan: true, keyboard: true, alt: name, title: name });
  };
  const [centre, edge] = [handle(words.centre, css.centre), handle(words.edge, css.edge)];
  let held: L.Marker | null = null;
  const moved = () => {
    const { lat, lng } = centre.getLatLng();
    latest.onChange(typedPlace(lat, lng));
  };
  const sized = () => latest.onChange({ radius: typedRadius(map.distance(centre.getLatLng(), edge.getLatLng())) });
  for (const [marker, told] of [
    [centre, moved],
    [edge, sized],
  ] as const) {
    marker.on("drag", told);
    // while it is dragged it is under the pointer, wherever the circle says that it belongs
    marker.on("dragstart", () => {
      held = marker;
      latest.isHeld = true;
    });
    marker.on("dragend", () => {
      held = null;
      latest.isHeld = false;
      told();
      if (latest.circle !== null) edge.setLatLng([...edgeOf(latest.circle)]);
    });
    marker.on("add", () => {
      const element = marker.getElement();
      element?.setAttribute("aria-label", marker.options.title ?? "");
      element?.addEventListener("keydown", (event) => {
        const way = ARROWS[event.key];
        if (way === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        const step = STEP * (event.shiftKey ? SHIFT : 1);
        const at = map.latLngToContainerPoint(marker.getLatLng());
        marker.setLatLng(map.containerPointToLatLng(at.add([way[0] * step, way[1] * step])));
        told();
      });
    });
  }
  map.on("click", ({ latlng }) => {
    const placed = typedPlace(latlng.lat, latlng.lng);
    const { circle } = latest;
    latest.isFramed = true;
    latest.onChange(circle === null ? { ...placed, radius: typedRadius(widthOf(map) / 8 || FIRST_RADIUS) } : placed);
  });
  return {
    devices,
    show: (circle) => {
      for (const part of [round, centre, edge])
        if (circle === null) part.remove();
        else if (!map.hasLayer(part)) part.addTo(map);
      if (circle === null) return;
      const { lat, lng, radius } = circle;
      round.setLatLng([lat, lng]).setRadius(radius);
      if (held !== centre) centre.setLatLng([lat, lng]);
      if (held !== edge) edge.setLatLng([...edgeOf(circle)]);
    },
  };
}
/** m from one side of what is shown to the other. */
function widthOf(map: L.Map): number {
  const bounds = map.getBounds();
  return map.distance(bounds.getSouthWest(), bounds.getSouthEast());
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
