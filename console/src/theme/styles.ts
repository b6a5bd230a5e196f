import { convertCssVariables, DEFAULT_THEME, defaultCssVariablesResolver, mergeMantineTheme } from "@mantine/core";
import { resolver, theme } from "./theme.ts";

/** Colours of Mantine that nothing here uses. */
const UNUSED = /^--mantine-color-(?:pink|grape|violet|indigo|blue|cyan|teal|green|lime|yellow|orange)-/;

/**
 * The theme as a style sheet. Mantine would write it into the page when it starts, which the page's policy forbids
 * (no inline styles); so the build writes it into the file of all styles, and the provider is told to leave it.
 */
export function themeStyles(): string {
  const whole = mergeMantineTheme(DEFAULT_THEME, theme);
  const base = defaultCssVariablesResolver(whole);
  const own = resolver(whole);
  const used = (variables: Record<string, string>) =>
    Object.fromEntries(Object.entries(variables).filter(([name]) => !UNUSED.test(name)));
  const scheme = (name: string) => ({ "--mantine-color-scheme": name });
  return convertCssVariables(
    {
      variables: used({ ...base.variables, ...own.variables }),
      light: used({ ...base.light, ...own.light, ...scheme("light") }),
      dark: used({ ...base.dark, ...own.dark, ...scheme("dark") }),
    },
    ":root",
  );
}
