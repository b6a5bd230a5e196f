import type { FieldType } from "../../measure/types.ts";

/** Gives a number within [0, 1). */
export type Chance = () => number;

/** Values as a device of this field type would send them: numbers wander, counters rise. @returns one more payload at each call */
export function values(type: FieldType, chance: Chance): () => string {
  let level = 20 + chance() * 5;
  let total = 0;
  const wander = () => {
    level = Math.min(30, Math.max(10, level + chance() - 0.5));
    return level;
  };
  switch (type) {
    case "NUMERIC":
      return () => wander().toFixed(1);
    case "INT":
      return () => String(Math.round(wander()));
    case "BOOL":
      return () => (chance() < 0.5 ? "false" : "true");
    case "STRING":
      return () => `state ${Math.floor(chance() * 10)}`;
    case "GEO":
      return () => `(${(52 + chance()).toFixed(5)},${(13 + chance()).toFixed(5)})`;
    case "COUNTER":
      return () => {
        total += Math.floor(chance() * 10);
        return String(total);
      };
    default:
      return type satisfies never;
  }
}
