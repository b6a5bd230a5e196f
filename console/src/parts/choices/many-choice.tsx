import { TagsInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useText } from "../../text/index.ts";
import { LIST } from "./list.ts";

/** Of the suggestions so many are shown: one searches on. */
export const MOST_SHOWN = 50;

/** How pickers of several things look alike. */
export interface ManyProps {
  readonly label: string;
  readonly description?: ReactNode;
  /** While none is chosen. */
  readonly placeholder?: string;
  readonly error?: string | undefined;
  readonly disabled?: boolean;
  readonly required?: boolean;
}
interface Props extends ManyProps {
  readonly value: readonly string[];
  readonly onChange: (value: string[]) => void;
  /** What can be chosen, already searched; `value` stands in the chip. */
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onSearch: (text: string) => void;
  /** What was typed or pasted, as it is kept; null: it is none, and stays to be read. */
  readonly read: (text: string) => string | null;
  /** What ends one and begins the next, beside the ends of lines. */
  readonly splits?: readonly string[];
  /** What was typed is the first suggestion, not itself. */
  readonly onlySuggested?: boolean;
}

const SPLITS = [",", ";"];

/**
 * Several things as chips: chosen from suggestions, typed, or pasted as a list with commas, semicolons or an end of line between them.
 * What is none of them is not lost: it is named below.
 */
export function ManyChoice({ value, onChange, options, onSearch, read, splits = SPLITS, ...field }: Props) {
  const t = useText().common;
  const [left, setLeft] = useState<readonly string[]>([]);
  const { label, description, placeholder = "", error, disabled = false, required = false, onlySuggested } = field;
  const take = (texts: readonly string[]) => {
    const known = new Set(value);
    // keyboards of phones do not say that a comma was typed
    const parts = texts.flatMap((text) =>
      known.has(text) ? [text] : text.split(new RegExp(`[${splits.join("")}\\n\\t]`)),
    );
    const found = parts.map((text) => ({ text, one: known.has(text) ? text : read(text.trim()) }));
    onChange([...new Set(found.flatMap(({ one }) => (one === null || one === "" ? [] : [one])))]);
    setLeft(found.flatMap(({ text, one }) => (one === null && text.trim() !== "" ? [text.trim()] : [])));
  };
  return (
    <TagsInput
      size="xs"
      {...LIST}
      label={label}
      description={description}
      placeholder={value.length === 0 ? placeholder : ""}
      error={left.length > 0 ? t.notTaken(left.join(", ")) : error}
      disabled={disabled}
      withAsterisk={required}
      spellCheck={false}
      value={[...value]}
      onChange={take}
      data={[...options]}
      // they were searched already
      filter={({ options: all }) => all}
      limit={MOST_SHOWN}
      onSearchChange={onSearch}
      splitChars={[...splits, "\n", "\t"]}
      selectFirstOptionOnChange={onlySuggested === true}
      acceptValueOnBlur={onlySuggested !== true}
      isDuplicate={(one, chosen) => chosen.includes(one)}
    />
  );
}
