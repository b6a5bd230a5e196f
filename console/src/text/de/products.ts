import type { Text } from "../index.ts";

export const products: Text["products"] = {
  create: "Produkt anlegen",
  count: (n) => (n === 1 ? "1 Produkt" : `${n} Produkte`),
  name: "Name",
  slug: "Slug",
  slugHelp: "Steht in Topics und ändert sich nie. Bleibt es leer, wird es aus dem Namen gemacht.",
  topics: "Seine Geräte senden auf",
  devices: "Geräte",
  fields: "Felder",
  decoder: "Decoder",
  noDecoder: "keiner",
  version: (n) => `Version ${n}`,
  empty:
    "Hier stehen Produkte: die Arten deiner Geräte. Ein Produkt sagt, was seine Geräte messen und wie gelesen wird, was sie senden.",
};
