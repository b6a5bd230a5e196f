import { useMemo } from "react";
import { dashboards as de } from "../../text/de/dashboards.ts";
import { type DashboardText, dashboards as en } from "../../text/en/dashboards.ts";
import { useText as useAll, useLanguage, type Text } from "../../text/index.ts";

/** The texts of the language that is spoken, with those of dashboards: most pages need none of these, so they are no part of the first load. */
export function useText(): Text & { readonly dashboards: DashboardText } {
  const all = useAll();
  const language = useLanguage();
  return useMemo(() => ({ ...all, dashboards: language === "de" ? de : en }), [all, language]);
}
