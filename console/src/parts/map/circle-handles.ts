import L from "leaflet";
import { type Circle, edgeOf, typedPlace, typedRadius } from "./circle.ts";
import type { Pin } from "./map.tsx";
import css from "./map.module.css";

interface Typed {
  readonly lat: string;
  readonly lng: string;
  readonly radius: string;
}

export interface CircleProps {
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

/** px of what one takes hold of. */
export const HANDLE = 24;

const FIRST_RADIUS = 500;

export interface Latest extends Pick<CircleProps, "circle" | "onChange" | "pins"> {
  isFramed: boolean;
  /** Something is dragged. */
  isHeld: boolean;
}

export interface Handles {
  readonly devices: L.LayerGroup;
  readonly show: (circle: Circle | null) => void;
}

/** The circle and what one takes hold of. @param latest what the page says at the moment of an event */
export function handlesOn(map: L.Map, devices: L.LayerGroup, words: CircleProps["words"], latest: Latest): Handles {
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
