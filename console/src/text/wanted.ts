/** Which language is spoken; apart, since it is decided before anything else is loaded (src/early). */

export type Language = "en" | "de";
export const LANGUAGES: Readonly<Record<Language, string>> = { en: "English", de: "Deutsch" };
export const LANGUAGE_KEY = "fieldcast-language";

/** The language that was chosen here, else the first of the browser's that there is. */
export function wantedLanguage(): Language {
  let chosen: string | null = null;
  try {
    chosen = localStorage.getItem(LANGUAGE_KEY);
  } catch {}
  for (const one of [chosen ?? "", ...navigator.languages]) {
    const short = one.slice(0, 2).toLowerCase();
    if (Object.hasOwn(LANGUAGES, short)) return short as Language; // a key of LANGUAGES
  }
  return "en";
}

/** The list of devices, whose texts are in the first load. */
const IN_FIRST_LOAD = /\/w\/[^/]+\/devices\/?$/;

/** Whether the page at an address needs the texts that are not in the first load. @param path of the address */
export function needsWholeText(path: string): boolean {
  return wantedLanguage() !== "en" || !IN_FIRST_LOAD.test(path);
}
