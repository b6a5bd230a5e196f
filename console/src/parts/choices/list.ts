import css from "./choices.module.css";

/** How the lists of pickers are: in the form that they belong to, and no longer than one reads. */
export const LIST = {
  comboboxProps: { shadow: "md", transitionProps: { duration: 0 }, withinPortal: false },
  withScrollArea: false,
  classNames: { options: css.options ?? "" },
} as const;
