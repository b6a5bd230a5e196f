import L from "leaflet";
import type { Pin } from "./map.tsx";
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
/** Hides the labels that would lie on others: pins that are near each other are told apart by zooming in, or by pointing. */
export function separate(layer: L.LayerGroup): void {
  const shown: DOMRect[] = [];
  layer.eachLayer((one) => {
    const label = one.getTooltip()?.getElement();
    if (label === undefined) return;
    label.hidden = false;
    const box = label.getBoundingClientRect();
    label.hidden = shown.some(
      ({ left, right, top, bottom }) => box.left < right && left < box.right && box.top < bottom && top < box.bottom,
    );
    if (!label.hidden) shown.push(box);
  });
}

/** More of them would lie on each other. */
export const MOST_LABELS = 12;
/** An element and no HTML: names are what people typed. */
function labelOf({ name, text }: Pin): HTMLElement {
  const label = document.createElement("span");
  label.textContent = text === undefined ? name : `${name} · ${text}`;
  return label;
}
