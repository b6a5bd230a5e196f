import { Autocomplete } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { fieldsQuery, productsQuery } from "../../../api/fleet.ts";
import { api } from "../../../api/index.ts";
import { levelOf, type TopicUse } from "./topics.ts";

interface Props {
  readonly workspace: string;
  readonly prefix: string;
  readonly use: TopicUse;
  readonly label: string;
  readonly value: string;
  readonly onChange: (topic: string) => void;
}

/** A topic, or a filter, that is completed level by level with what there is. */
export function TopicInput({ workspace, prefix, use, label, value, onChange }: Props) {
  const { level, before, typed, product } = levelOf(value, prefix);
  const products = useQuery({ ...productsQuery(workspace), enabled: level === "product" });
  const fields = useQuery({ ...fieldsQuery(product), enabled: level === "field" });
  const devices = useQuery({
    queryKey: ["devices", "named", product, typed],
    queryFn: async ({ signal }) => {
      const wish = { product, limit: 20, signal, ...(typed !== "" && { search: typed }) };
      return (await api.listDevices(wish)).data.items;
    },
    enabled: level === "device",
    placeholderData: (known) => known,
  });
  const data = (() => {
    const wild = use === "subscribe";
    if (level === "prefix") return wild ? [`${prefix}/`, `${prefix}/#`, `${prefix}-errors/#`] : [`${prefix}-pub/`];
    const starts = (id: string) => id.toLowerCase().startsWith(typed.toLowerCase());
    if (level === "product")
      return (products.data ?? []).filter(({ slug }) => starts(slug)).map(({ slug }) => `${before}${slug}/`);
    if (level === "device")
      return [...(wild ? [`${before}+/`] : []), ...(devices.data ?? []).map(({ id }) => `${before}${id}/`)];
    if (level === "field")
      return [
        ...(wild ? [`${before}+`] : []),
        ...(fields.data ?? []).filter(({ id }) => starts(id)).map(({ id }) => `${before}${id}`),
      ];
    return [];
  })();
  return (
    <Autocomplete
      label={label}
      value={value}
      onChange={onChange}
      data={[...new Set(data)].filter((one) => one !== value)}
      // what there is was looked for by name and serial, too
      filter={({ options }) => options}
      limit={20}
      classNames={{ input: "mono", option: "mono" }}
      spellCheck={false}
      autoComplete="off"
    />
  );
}
