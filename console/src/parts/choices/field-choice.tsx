import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { fitting } from "./list.ts";
import { fieldNamesQuery } from "./queries.ts";
import { ManyChoice, type ManyProps } from "./many-choice.tsx";
import { OneChoice } from "./one-choice.tsx";

interface Where {
  readonly workspace: string;
  /** Slugs of the products whose fields are suggested; empty: all. */
  readonly products: readonly string[];
}
const read = (text: string) => text.toUpperCase();
/** Suggestions: the identifier, and what says more of it. */
function useFieldNames({ workspace, products }: Where, search: string) {
  const { data = [], isPlaceholderData } = useQuery(fieldNamesQuery(workspace, search, products));
  const all = data.map(({ id, name, unit }) => {
    const more = [name === id ? null : name, unit].filter((one) => one !== null && one !== "");
    return { value: id, label: more.length === 0 ? id : `${id} · ${more.join(", ")}` };
  });
  return fitting(all, search, isPlaceholderData);
}

interface SeveralProps extends ManyProps, Where {
  readonly value: readonly string[];
  readonly onChange: (fields: string[]) => void;
}
/** Fields by their identifiers. */
export function FieldsChoice({ workspace, products, ...field }: SeveralProps) {
  const [search, setSearch] = useState("");
  const options = useFieldNames({ workspace, products }, search);
  return <ManyChoice {...field} options={options} onSearch={setSearch} read={read} splits={[",", ";", " "]} />;
}

interface OneProps extends Where {
  readonly label?: string | undefined;
  readonly "aria-label"?: string | undefined;
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly error?: string | undefined;
  readonly value: string;
  readonly onChange: (field: string) => void;
}
/** One field by its identifier, suggested while one types. */
export function FieldChoice({ workspace, products, value, ...field }: OneProps) {
  const options = useFieldNames({ workspace, products }, value);
  return <OneChoice {...field} value={value} options={options} />;
}
