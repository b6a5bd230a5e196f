import type { Text } from "../index.ts";

export const tree: Text["tree"] = {
  title: "Topics",
  how: "Was du lesen darfst, wie es jetzt ist. Raten gelten für die letzten zehn Sekunden und für das, was zu sehen ist.",
  search: "Produkt, Gerät, Seriennummer oder irgendein Topic",
  none: "Nichts, was du lesen darfst, passt zu dieser Suche.",
  rate: (n) => `${n}/s`,
  details: "Das gewählte Topic",
  subscribeTopic: "Hören (Subscribe)",
  publishTopic: "Senden (Publish)",
  subscribe: "Abonnieren",
  publish: "Darauf senden",
  device: "Gerät öffnen",
  history: "Sein Verlauf",
  free: {
    title: "Freie Topics",
    level: "(leer)",
    cut: (n) => `die ersten ${n.toLocaleString("de-DE")} B gezeigt`,
    before: "gespeichert (retained), bevor du hinsahst",
    left: (n) =>
      `die ersten 5.000 sind zu sehen${n > 0 ? `; ${n.toLocaleString("de-DE")} Nachrichten auf anderen fehlen` : ""}. Abonniere, was du suchst.`,
    empty: {
      off: () =>
        "auf diesem Server aus. Wer ihn betreibt, startet ihn mit --free-topics, wenn Geräte miteinander reden sollen.",
      no_rights: () =>
        "dein Konto darf keine hören. Eine Person muss Eigentümer oder Verwalter sein, und in genau einem Arbeitsbereich; ein API-Benutzer braucht ein Recht an freien Topics, das jemand mit dem Recht members gibt.",
      elsewhere: (workspace) => `du hörst die des Arbeitsbereichs ${workspace}, nicht die von diesem.`,
      none_yet: () => "noch keine. Eine Nachricht auf einem Topic, das nicht der Plattform gehört, erscheint hier.",
    },
  },
};
