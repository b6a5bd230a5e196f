import { Autocomplete, type AutocompleteProps } from "@mantine/core";
import { LIST } from "./list.ts";
import { MOST_SHOWN } from "./many-choice.tsx";

interface Props
  extends Pick<
    AutocompleteProps,
    "label" | "aria-label" | "placeholder" | "required" | "error" | "value" | "onChange"
  > {
  /** What can be chosen, already searched; `value` is what is typed, `label` what says more of it. */
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

/** One thing, suggested while one types. */
export function OneChoice({ options, ...field }: Props) {
  return (
    <Autocomplete
      {...LIST}
      {...field}
      data={options.map((one) => one.value)}
      renderOption={({ option }) => options.find((one) => one.value === option.value)?.label ?? option.value}
      filter={({ options: all }) => all}
      limit={MOST_SHOWN}
      spellCheck={false}
    />
  );
}
