import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { productsQuery } from "../../api/fleet.ts";
import { fitting } from "./list.ts";
import { tagsQuery } from "./queries.ts";
import { ManyChoice, type ManyProps } from "./many-choice.tsx";

interface Props extends ManyProps {
  readonly workspace: string;
  readonly value: readonly string[];
  readonly onChange: (value: string[]) => void;
}

/** Products by their slugs. */
export function ProductsChoice({ workspace, ...field }: Props) {
  const [search, setSearch] = useState("");
  const { data = [] } = useQuery(productsQuery(workspace));
  const part = search.trim().toLowerCase();
  const options = data
    .filter(({ slug, name }) => slug.includes(part) || name.toLowerCase().includes(part))
    .map(({ slug, name }) => ({ value: slug, label: name === slug ? slug : `${name} (${slug})` }));
  // a name that was typed means its product
  const read = (text: string) =>
    data.find(({ name, slug }) => slug === text.toLowerCase() || name.toLowerCase() === text.toLowerCase())?.slug ??
    text;
  return <ManyChoice {...field} options={options} onSearch={setSearch} read={read} />;
}

/** Tags of devices; also one that no device has yet. */
export function TagsChoice({ workspace, ...field }: Props) {
  const [search, setSearch] = useState("");
  const { data = [], isPlaceholderData } = useQuery(tagsQuery(workspace, search));
  const all = data.map(({ tag, devices }) => ({ value: tag, label: `${tag} (${devices})` }));
  const options = fitting(all, search, isPlaceholderData);
  return <ManyChoice {...field} options={options} onSearch={setSearch} read={(text) => text} />;
}
