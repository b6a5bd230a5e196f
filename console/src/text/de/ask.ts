import type { Text } from "../index.ts";

export const ask: Text["ask"] = {
  title: "Den Broker fragen",
  how: "Ob ein Konto etwas auf einem Topic darf, nach den Regeln des Servers. Es wird nichts gesendet oder aufgezeichnet.",
  account: "Konto",
  self: "Du selbst",
  action: "Aktion",
  actions: { publish: "veröffentlichen", subscribe: "abonnieren" },
  topic: "Topic",
  placeholder: "dtck-pub/my-product/000001/TEMPERATURE",
  go: "Fragen",
  yes: (name, action) => `Ja: ${name} darf dort ${action}`,
  no: (name, action) => `Nein: ${name} darf dort nicht ${action}`,
  because: "Wegen",
  noGrant: "Nichts, was es hat, betrifft dieses Topic.",
  instead: "Das ginge stattdessen",
  use: "Danach fragen",
};
