import type { Text } from "../index.ts";

export const home: Text["home"] = {
  fleet: (devices, online, products) =>
    `${devices} ${devices === 1 ? "Gerät" : "Geräte"}, ${online} online, ${products} ${products === 1 ? "Produkt" : "Produkte"}`,
  attention: "Braucht Aufmerksamkeit",
  allWell: "Alles in Ordnung: kein Gerät ist verstummt, in der letzten Stunde wurde nichts abgelehnt.",
  look: "Ansehen",
  connect: "Anschließen",
  silent: (n) => (n === 1 ? "1 Gerät schweigt länger, als es soll" : `${n} Geräte schweigen länger, als sie sollen`),
  never: (n) => (n === 1 ? "1 Gerät wurde nie gehört" : `${n} Geräte wurden nie gehört`),
  refused: (n, why) => `${n === 1 ? "1 Nachricht" : `${n} Nachrichten`} in der letzten Stunde abgelehnt: ${why}`,
  logins: (n, why) => `${n === 1 ? "1 Anmeldung" : `${n} Anmeldungen`} in der letzten Stunde abgelehnt: ${why}`,
  webhook: (name, why) => `Webhook ${name}: ${why}`,
  gaveUp: (n) => (n === 1 ? "1 Anfrage wurde aufgegeben" : `${n} Anfragen wurden aufgegeben`),
  certificate: (days) => (days < 0 ? "Das Zertifikat ist abgelaufen" : `Das Zertifikat endet in ${days} Tagen`),
  disk: (gb) => `Nur ${gb} GB der Platte sind frei`,
  activity: "Was geschah",
  noActivity: "Hier steht, wer was ändert.",
  activityHidden: "Wer was ändert, sehen die, die Mitglieder verwalten dürfen.",
};
