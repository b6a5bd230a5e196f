import { MultiSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { someDevicesQuery } from "../api/fleet.ts";

/** A device by its names; ids are unique within a product. */
export interface DeviceName {
  readonly product: string;
  readonly device: string;
}
interface Props {
  readonly workspace: string;
  readonly label: string;
  /** While none is chosen. */
  readonly placeholder?: string;
  readonly value: readonly DeviceName[];
  readonly onChange: (value: DeviceName[]) => void;
  readonly error?: string | undefined;
  readonly disabled?: boolean;
}

const keyOf = ({ product, device }: DeviceName) => `${product}/${device}`;

/** Several devices, found by the search of the server: a workspace may have a hundred thousand. */
export function DevicesChoice({ workspace, value, onChange, placeholder = "", ...field }: Props) {
  const [search, setSearch] = useState("");
  const { data } = useQuery(someDevicesQuery(workspace, search, 50));
  const found = (data?.items ?? []).map(({ product, id, name }) => ({
    value: keyOf({ product, device: id }),
    label: name === id ? `${product}/${id}` : `${name} (${product}/${id})`,
  }));
  const chosen = value.map(keyOf);
  const others = chosen
    .filter((key) => !found.some((one) => one.value === key))
    .map((key) => ({ value: key, label: key }));
  return (
    <MultiSelect
      size="xs"
      searchable
      comboboxProps={{ shadow: "md", transitionProps: { duration: 0 } }}
      value={chosen}
      data={[...found, ...others]}
      // the server has searched already
      filter={({ options }) => options}
      searchValue={search}
      onSearchChange={setSearch}
      onChange={(keys) =>
        onChange(
          keys.map((key) => ({ product: key.slice(0, key.indexOf("/")), device: key.slice(key.indexOf("/") + 1) })),
        )
      }
      placeholder={value.length === 0 ? placeholder : ""}
      {...field}
    />
  );
}
