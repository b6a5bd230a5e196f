import type { Text } from "../index.ts";

export const tree: Text["tree"] = {
  title: "Topics",
  how: "Was du lesen darfst, wie es jetzt ist. Raten gelten für die letzten zehn Sekunden und für das, was zu sehen ist.",
  search: "Produkt, Gerät, Seriennummer oder ein Topic",
  none: "Nichts, was du lesen darfst, passt zu dieser Suche.",
  rate: (n) => `${n}/s`,
  details: "Das gewählte Topic",
  subscribeTopic: "Hören (Subscribe)",
  publishTopic: "Senden (Publish)",
  subscribe: "Abonnieren",
  publish: "Darauf senden",
  device: "Gerät öffnen",
  history: "Sein Verlauf",
};
