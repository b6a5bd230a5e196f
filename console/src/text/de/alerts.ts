import type { Text } from "../index.ts";

export const alerts: Text["alerts"] = {
  views: "Welche Alarme",
  view: { active: "Offen und quittiert", closed: "Geschlossen", notifications: "Mitteilungen" },
  none: {
    active: "Kein Alarm ist offen. Regeln öffnen sie: In den Einstellungen einer Regel steht ihr Alarm.",
    closed: "Noch wurde kein Alarm geschlossen.",
    notifications: "Noch hat keine Regel etwas mitgeteilt.",
  },
  severity: { critical: "Kritisch", error: "Fehler", warning: "Warnung", info: "Hinweis" },
  times: (n) => `${n}-mal ausgelöst`,
  acknowledge: "Quittieren",
  close: "Schließen",
  acknowledgedBy: (who) => `Quittiert von ${who}`,
  closedBy: (who) => `Geschlossen von ${who}`,
  closedItself: "Von der Regel geschlossen",
  ofDevice: "Alarme",
  silentFor: (span) => `schweigt seit ${span}`,
};
