import L from "leaflet";
import type { Pin } from "./map.tsx";
import { shownLabels } from "./labels.ts";
import css from "./map.module.css";

/** Draws pins anew, with their labels where they are few. */
export function draw(to: L.LayerGroup, pins: readonly Pin[], open: (id: string) => void): void {
  to.clearLayers();
  for (const pin of pins) {
    const icon = L.divIcon({ className: css.pin, html: "", iconSize: [14, 14] });
    const marker = L.marker([pin.lat, pin.lng], {
      icon,
      title: pin.name,
      alt: pin.name,
      keyboard: true,
      riseOnHover: true,
    });
    marker.on("add", () => {
      const element = marker.getElement();
      element?.setAttribute("data-state", pin.state);
      element?.setAttribute("aria-label", pin.text === undefined ? pin.name : `${pin.name}: ${pin.text}`);
    });
    marker.on("click", () => open(pin.id));
    marker.on("keypress", ({ originalEvent }) => originalEvent.key === "Enter" && open(pin.id));
    if (pins.length <= MOST_LABELS)
      marker.bindTooltip(labelOf(pin), { permanent: true, direction: "right", offset: [8, 0], className: css.label });
    else marker.bindTooltip(labelOf(pin), { direction: "top", offset: [0, -6], className: css.label });
    marker.addTo(to);
  }
}
/** Hides the labels that `shownLabels` does not show. Places are those of the map: the elements are brought there later. */
export function separate(map: L.Map, layer: L.LayerGroup): void {
  const labelled = layer.getLayers().flatMap((marker) => {
    const label = marker.getTooltip()?.getElement();
    if (!(marker instanceof L.Marker) || label === undefined) return [];
    label.hidden = false;
    // while the map moves its text is not visible, and it keeps its name
    label.setAttribute("aria-label", label.textContent ?? "");
    const { x, y } = map.latLngToContainerPoint(marker.getLatLng());
    return [{ label, x, y, width: label.offsetWidth, height: label.offsetHeight }];
  });
  const shown = shownLabels(labelled);
  for (const [n, { label }] of labelled.entries()) label.hidden = shown[n] === false;
}

/** More of them would lie on each other. */
export const MOST_LABELS = 12;
/** An element and no HTML: names are what people typed. */
function labelOf({ name, text }: Pin): HTMLElement {
  const label = document.createElement("span");
  label.textContent = text === undefined ? name : `${name} · ${text}`;
  return label;
}
