import css from "./choices.module.css";

/** How the lists of pickers are: in the form that they belong to, and no longer than one reads. */
export const LIST = {
  comboboxProps: { shadow: "md", transitionProps: { duration: 0 }, withinPortal: false },
  withScrollArea: false,
  classNames: { options: css.options ?? "" },
} as const;

interface Option {
  readonly value: string;
  readonly label: string;
}
/**
 * Suggestions while the next search is under way: of those before it the ones that fit what was typed, so that a quick Enter takes none that
 * does not. @param isBefore they are those of another search
 */
export function fitting<T extends Option>(options: readonly T[], search: string, isBefore: boolean): readonly T[] {
  const part = search.trim().toLowerCase();
  if (!isBefore || part === "") return options;
  return options.filter(({ value, label }) => `${value} ${label}`.toLowerCase().includes(part));
}
