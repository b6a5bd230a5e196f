import type { Text } from "../index.ts";

export const integrations: Text["integrations"] = {
  name: "Name",
  networks: "Netze für Downlinks",
  createNetwork: "Netz hinzufügen",
  noNetworks:
    "Ein Netz bringt Downlinks zu Geräten: The Things Stack, ChirpStack und andere. Ein Produkt nennt das, in dem seine Geräte sind.",
  sparkplug: {
    title: "Sparkplug B",
    on: "online",
    off: "offline",
    online: (alive, nodes) => `${alive} von ${nodes} Edge Nodes sind online.`,
    none: "Noch war kein Edge Node zu hören. Was einer auf spBv1.0/… sendet, steht hier, mit seinen Geräten.",
    noDevice: "Er hat hier kein Gerät: sein Produkt zeigt, was vorgeschlagen ist.",
    metrics: (count) => `Metriken in seiner letzten Birth: ${count}.`,
    counts: (gaps, rebirths) => `Seit dem Start: Lücken ${gaps}, nach Births gefragt ${rebirths}.`,
    last: (why) => `Zuletzt, weil: ${why}.`,
    ask: "Nach Births fragen",
    askOf: (node) => `${node} nach seinen Births fragen`,
  },
  hasKey: "hat einen Schlüssel",
  noKey: "kein Schlüssel",
  usedBy: (products) => (products.length === 0 ? "Kein Produkt benutzt es." : `Benutzt von ${products.join(", ")}.`),
  deleteNetwork: "Netz löschen",
  type: "Art",
  server: "Server",
  application: "Anwendung",
  webhook: "ID des Webhooks dort",
  key: "Schlüssel",
  keyHelp: "Womit sich Anfragen ausweisen. Er wird nie wieder gezeigt.",
  nameHelp: "So nennen Produkte es: Kleinbuchstaben, Ziffern und -. Er ändert sich nie.",
  settingHelp: {
    server: "Wo es erreichbar ist, wie seine Webseite es zeigt.",
    application: "Die ID der Anwendung dort.",
    webhook: "Die ID des Webhooks, der die Uplinks bringt; in seinem Namen gehen Downlinks.",
  },
  keyStays: "Es gibt einen, er wird nie gezeigt. Was du eingibst, tritt an seine Stelle.",
  dropKey: "Den Schlüssel wegnehmen",
  settings: "Einstellungen",
  users: "Produkte, die es benutzen",
  useIn: "In einem weiteren Produkt benutzen",
  use: "Benutzen",
  bodies: "Was zuletzt für diese Produkte kam",
  noBodies: "Was das Netz für Geräte dieser Produkte sendet, steht hier, und was daraus wurde.",
  deleteNetworkHow:
    "Eines, das ein Produkt benutzt, lässt sich nicht löschen: gib diesen Produkten erst ein anderes, oder keines.",
  anyNetwork: "Jedes davon: erkannt an dem, was es sendet",
  lorawanHelp:
    "Ein LoRaWAN-Netz sendet an eine dieser Adressen, mit einem Token im Header Authorization: Token … Ein Gerät wird an seiner Seriennummer erkannt, die seine DevEUI ist.",
  makeToken: "Lege einen API-Benutzer für das Netz an; sein Token lässt sich mit Übergangszeit erneuern.",
  incoming: "Was hereinkommt",
  incomingHelp:
    "Was Geräte und Netze über HTTP senden, gehört zu einem Produkt: dort stehen Adresse, Einstellungen und was kam.",
  stray: "Von keinem Produkt genommen",
  noStray:
    "Was ein Konto dieses Arbeitsbereichs sendet und kein Produkt nimmt, steht hier: unbekannte Geräte, Unlesbares.",
};
