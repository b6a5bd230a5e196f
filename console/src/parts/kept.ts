/** Readers of what is kept as JSON (`usePreference`); null: it is something else. */

export const asTexts = (raw: unknown): string[] | null =>
  Array.isArray(raw) && raw.every((one) => typeof one === "string") ? raw : null;
export const asFlag = (raw: unknown): boolean | null => (typeof raw === "boolean" ? raw : null);
