import { useSyncExternalStore } from "react";
import type { en } from "./en/index.ts";
import { first } from "./en/first.ts";
import { LANGUAGE_KEY, type Language } from "./wanted.ts";
import type { Zone } from "./zone.ts";

/** Texts of one language; functions where something stands in them. */
export type Text = typeof en;
export { LANGUAGES, type Language, wantedLanguage } from "./wanted.ts";

const load = {
  en: async () => (await import("./en/index.ts")).en,
  de: async (): Promise<Text> => (await import("./de/index.ts")).de,
};
// what stands in the first load is `first`; before any other page is shown, its texts are there (routes/index.ts)
const state = { language: "en" as Language, text: first as Text, isWhole: false };
const listeners = new Set<() => void>();

/** Speaks a language from now on. @param whole false: the texts of the first load are enough */
export async function speak(language: Language, whole: boolean): Promise<void> {
  if (state.language === language && (state.isWhole || !whole)) return;
  Object.assign(state, { text: inZone(await load[language](), state.text.time.zone), language, isWhole: true });
  document.documentElement.lang = language;
  for (const tell of listeners) tell();
}

const inZone = (text: Text, zone: Zone | undefined): Text => ({ ...text, time: { ...text.time, zone } });

/** Writes times in this zone from now on. @param zone undefined: that of the browser */
export function setZone(zone: Zone | undefined): void {
  if (state.text.time.zone === zone) return;
  state.text = inZone(state.text, zone);
  for (const tell of listeners) tell();
}

/** Loads the texts that are not in the first load, for a part of a page that stands in it. */
export function wholeText(): Promise<void> {
  return speak(state.language, true);
}

/** Speaks another language from now on, and keeps that choice. */
export async function setLanguage(language: Language): Promise<void> {
  await speak(language, true);
  try {
    localStorage.setItem(LANGUAGE_KEY, language);
  } catch {}
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

/** The texts of the language that is spoken now. */
export function useText(): Text {
  return useSyncExternalStore(subscribe, () => state.text);
}

/** The same outside of components. */
export function textNow(): Text {
  return state.text;
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, () => state.language);
}
