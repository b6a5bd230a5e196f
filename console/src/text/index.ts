import { useSyncExternalStore } from "react";
import { en } from "./en/index.ts";

/** Texts of one language; functions where something stands in them. */
export type Text = typeof en;
export type Language = "en" | "de";
export const LANGUAGES: Readonly<Record<Language, string>> = { en: "English", de: "Deutsch" };

const KEY = "fieldcast-language";
const state = { language: "en" as Language, text: en as Text };
const listeners = new Set<() => void>();

/** Speaks another language from now on; languages but English are loaded when they are asked for. */
export async function setLanguage(language: Language): Promise<void> {
  const text = language === "en" ? en : (await import("./de/index.ts")).de;
  Object.assign(state, { language, text });
  document.documentElement.lang = language;
  try {
    localStorage.setItem(KEY, language);
  } catch {}
  for (const tell of listeners) tell();
}

/** The language that was chosen here, else the first of the browser's that there is. */
export function wantedLanguage(): Language {
  let chosen: string | null = null;
  try {
    chosen = localStorage.getItem(KEY);
  } catch {}
  for (const one of [chosen ?? "", ...navigator.languages]) {
    const short = one.slice(0, 2).toLowerCase();
    if (Object.hasOwn(LANGUAGES, short)) return short as Language; // a key of LANGUAGES
  }
  return "en";
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
