import type { Text } from "../index.ts";

export const integrations: Text["integrations"] = {
  name: "Name",
  networks: "Netze für Downlinks",
  createNetwork: "Netz hinzufügen",
  noNetworks:
    "Ein Netz bringt Downlinks zu Geräten: The Things Stack, ChirpStack und andere. Ein Produkt nennt das, in dem seine Geräte sind.",
  sparkplug: {
    setUp: "Diesen Arbeitsbereich zum Host machen",
    change: "Ändern",
    delete: "Host löschen",
    deleteHow: "Seine Geräte und Messwerte bleiben; was Edge-Nodes senden, sind von da an nur Nachrichten.",
    noHost:
      "Als Host macht dieser Arbeitsbereich aus dem, was Edge-Nodes auf spBv1.0/… senden, Geräte, Felder und Messwerte.",
    needsFree: "Edge-Nodes senden auf freien Topics: Der Server muss mit --free-topics laufen.",
    forget: "Vergessen",
    forgetOf: (node) => `${node} vergessen`,
    forgetHow: "Nimmt ihn von dieser Liste, bis er wieder gehört wird; seine Geräte bleiben.",
    form: {
      title: "Host für Sparkplug B",
      how: "Edge-Nodes verbinden sich wie mit jedem Broker, mit Token von API-Benutzern, die auf spBv1.0/# senden dürfen.",
      host: "Host-Kennung",
      hostHow: "Daran finden Nodes spBv1.0/STATE/<host>.",
      account: "Handelt als",
      accountHow:
        "Ein API-Benutzer, der spBv1.0/# hören und Messwerte aufnehmen darf: Mit seinen Rechten geschieht alles.",
      nodes: "Nodes",
      product: "Werden Geräte von",
      addRule: "Regel hinzufügen",
      removeRule: "Entfernen",
      reorder: "Auf Fehlendes warten (ms)",
      rebirth: "Nach Births fragen, wenn einem Node nicht zu folgen ist",
      active: "Eingeschaltet",
    },
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
  homeAssistants: {
    setUp: "Eines einrichten",
    none: "Geräte erscheinen in Home Assistant von selbst: Es meldet sich als ein API-Benutzer an, bei dem das eingeschaltet ist, auf dessen Seite unter Zugang.",
    connected: "verbunden",
    away: "nicht verbunden",
    never: "Es hat sich nie angemeldet. Trage dort Broker, Port und Token ein: Sie stehen auf seiner Seite.",
    awayHow:
      "Es ist weg; Geräte stehen dort, wie es sie zuletzt sah. Die Ereignisse sagen, wann es abgelehnt wurde und warum.",
    noMqtt: "Es darf MQTT nicht benutzen: Erlaube das auf seiner Seite.",
    events: "Was es zuletzt tat",
  },
  test: {
    title: "Mit einem Uplink testen",
    how: "Ein Beispiel dessen, was dieses Netz sendet, mit dem, was das Gerät zuletzt sandte. Ändere es nach Belieben: Es wird gelesen, dekodiert und beurteilt, als wäre es gekommen, und nichts wird gespeichert.",
    product: "Produkt",
    device: "Gerät",
    fill: "Beispiel erzeugen",
    body: "Was das Netz sendet",
    address: (path) => `Es sendet dies an ${path}`,
    really: "Wirklich: speichern",
    reallyHow:
      "Es geht den ganzen Weg, als hätte das Netz es gesendet: gespeichert, veröffentlicht, Webhooks und Regeln gemeldet.",
    attempt: "Probieren",
    send: "Senden und speichern",
    nothing: "Es sagt nichts über ein Gerät.",
    unknown: (eui) => `Kein Gerät mit der DevEUI ${eui}, das du sehen darfst: Es würde vorgeschlagen`,
    recorded: (stored, refused, repeated, unknown) =>
      repeated > 0
        ? "Das war schon gekommen: Nichts wird zweimal gespeichert. Erzeuge ein neues Beispiel."
        : unknown > 0
          ? "Von einem Gerät, das niemand kennt: Es wird vorgeschlagen."
          : `${stored} gespeichert, ${refused} nicht.`,
    notStored: "Nur probiert: Nichts wurde gespeichert.",
  },
};
