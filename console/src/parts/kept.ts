import { useCallback, useState } from "react";

/** Something that this browser keeps: columns, density, saved views. What cannot be read is as if it were not there. */
export function useKept<T>(key: string, initial: T, read: (raw: unknown) => T | null): [T, (next: T) => void] {
  const [value, setValue] = useState<T>(() => {
    try {
      const text = localStorage.getItem(key);
      return (text === null ? null : read(JSON.parse(text))) ?? initial;
    } catch {
      return initial;
    }
  });
  const keep = useCallback(
    (next: T) => {
      setValue(next);
      try {
        localStorage.setItem(key, JSON.stringify(next));
      } catch {}
    },
    [key],
  );
  return [value, keep];
}

export const asTexts = (raw: unknown): string[] | null =>
  Array.isArray(raw) && raw.every((one) => typeof one === "string") ? raw : null;
export const asFlag = (raw: unknown): boolean | null => (typeof raw === "boolean" ? raw : null);
