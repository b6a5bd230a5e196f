import L from "leaflet";
import leafletCss from "leaflet/dist/leaflet.css" with { type: "text" };
import { feature } from "topojson-client";
import world from "world-atlas/countries-110m.json";
import { ownStyles } from "../own-styles.ts";
import css from "./map.module.css";
import { unbroken } from "./rings.ts";

// its pictures are those of controls that are not here
ownStyles(leafletCss.replaceAll(/background-image: *url\([^)]*\);?/g, ""));

/** Nearer than this the outlines are too coarse to say anything. */
const NEAREST = 14;
const NEAREST_TILES = 19;
/** px of the world at zoom 0. */
const WORLD = 256;

/** A map with its ground: the outlines that come with the console, or the tiles of the setting --map-tiles. It shows the world. */
export function openMap(box: HTMLElement, t: { readonly zoomIn: string; readonly zoomOut: string }): L.Map {
  const made = L.map(box, {
    ...{
      zoomControl: false,
      attributionControl: false,
      minZoom: 1,
      maxZoom: tilesAt() !== undefined ? NEAREST_TILES : NEAREST,
      worldCopyJump: true,
    },
    ...{ zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, zoomSnap: 0.5 },
  });
  L.control.zoom({ zoomInTitle: t.zoomIn, zoomOutTitle: t.zoomOut }).addTo(made);
  L.control.scale({ imperial: false }).addTo(made);
  const tiles = tilesAt();
  // of the setting --map-tiles: without it nothing is asked of anybody
  if (tiles !== undefined) L.tileLayer(tiles, { maxZoom: NEAREST_TILES, referrerPolicy: "origin" }).addTo(made);
  else L.geoJSON(outlines(), { interactive: false, style: () => ({ className: css.land ?? "" }) }).addTo(made);
  // as wide as there is room, in the steps of zoom
  made.setView([20, 0], Math.max(1, Math.floor(2 * Math.log2(box.clientWidth / WORLD)) / 2));
  return made;
}

/** The tile server of the setting --map-tiles, as the page says it; undefined: there is none. */
export function tilesAt(): string | undefined {
  return document.querySelector<HTMLMetaElement>('meta[name="map-tiles"]')?.content;
}

type World = Parameters<typeof feature>[0];
function outlines(): GeoJSON.GeoJsonObject {
  const topology = world as unknown as World & typeof world; // as world-atlas says
  const countries = feature(
    topology,
    topology.objects.countries as unknown as Parameters<typeof feature>[1],
  ) as GeoJSON.FeatureCollection; // of countries
  for (const { geometry } of countries.features)
    if (geometry.type === "Polygon") geometry.coordinates = geometry.coordinates.map(unbroken);
    else if (geometry.type === "MultiPolygon")
      geometry.coordinates = geometry.coordinates.map((rings) => rings.map(unbroken));
  return countries;
}
