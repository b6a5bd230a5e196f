import type { Text } from "../index.ts";

export const integrations: Text["integrations"] = {
  name: "Name",
  networks: "Netze für Downlinks",
  createNetwork: "Netz hinzufügen",
  noNetworks:
    "Ein Netz bringt Downlinks zu Geräten: The Things Stack, ChirpStack und andere. Ein Produkt nennt das, in dem seine Geräte sind.",
  hasKey: "hat einen Schlüssel",
  noKey: "kein Schlüssel",
  usedBy: (products) => (products.length === 0 ? "Kein Produkt benutzt es." : `Benutzt von ${products.join(", ")}.`),
  deleteNetwork: (name) => `${name} löschen`,
  type: "Art",
  server: "Server",
  application: "Anwendung",
  webhook: "Id des Webhooks dort",
  key: "Schlüssel",
  keyHelp: "Womit sich Anfragen ausweisen. Er wird nie wieder gezeigt.",
  incoming: "Was hereinkommt",
  incomingHelp:
    "Was Geräte und Netze über HTTP senden, gehört zu einem Produkt: dort stehen Adresse, Einstellungen und was kam.",
  stray: "Von keinem Produkt genommen",
  noStray:
    "Was ein Konto dieses Arbeitsbereichs sendet und kein Produkt nimmt, steht hier: unbekannte Geräte, Unlesbares.",
};
