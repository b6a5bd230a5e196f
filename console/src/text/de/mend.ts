import type { Text } from "../index.ts";

export const mend: Text["mend"] = {
  topic: "Topic",
  instead: "Dieses Topic ginge:",
  createField: (id, type) => `Feld ${id} (${type}) anlegen`,
  createdField: (id) => `Das Feld ${id} gibt es jetzt. Noch einmal senden.`,
  grant: (name, on) => `${name} für ${on} aufzeichnen lassen`,
  granted: (name) => `${name} darf dafür jetzt aufzeichnen. Noch einmal senden.`,
};
