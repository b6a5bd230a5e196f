import { type MantineColorScheme, useMantineColorScheme } from "@mantine/core";
import { useEffect } from "react";
import { setPreference, usePreference } from "../api/preferences.ts";
import { LANGUAGES, type Language, setLanguage, setZone } from "../text/index.ts";
import { asZone, type Zone } from "../text/zone.ts";

/**
 * Theme, language and the zone of times as they were chosen with this account, in any browser. This browser keeps them, too, for the pages before
 * the sign-in.
 */

export const SCHEMES = ["light", "dark", "auto"] as const;

/** Stopping transitions takes a style that the policy of the pages does not allow. */
export const KEEP = { keepTransitions: true } as const;

const asScheme = (raw: unknown): MantineColorScheme | null => SCHEMES.find((one) => one === raw) ?? null;
const asLanguage = (raw: unknown): Language | null =>
  typeof raw === "string" && Object.hasOwn(LANGUAGES, raw) ? (raw as Language) : null; // a key of LANGUAGES

/** Shows what was chosen elsewhere, as soon as it is known. */
export function useOwnLooks(): void {
  const { setColorScheme } = useMantineColorScheme(KEEP);
  const { value: scheme } = usePreference<MantineColorScheme | null>("theme", null, null, asScheme);
  const { value: language } = usePreference<Language | null>("language", null, null, asLanguage);
  useEffect(() => {
    if (scheme !== null) setColorScheme(scheme);
  }, [scheme, setColorScheme]);
  const { value: zone } = usePreference<Zone | null>("zone", null, null, asZone);
  useEffect(() => setZone(zone ?? undefined), [zone]);
  useEffect(() => {
    if (language !== null) void setLanguage(language);
  }, [language]);
}

/** What was chosen holds here even where it cannot be kept with the account. */
const unkept = () => undefined;
export function keepScheme(scheme: MantineColorScheme): void {
  setPreference("theme", null, scheme).catch(unkept);
}
export function keepLanguage(language: Language): void {
  setPreference("language", null, language).catch(unkept);
}
export function keepZone(zone: Zone | null): void {
  setPreference("zone", null, zone).catch(unkept);
}
