import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { someDevicesQuery } from "../api/fleet.ts";

interface Props {
  readonly workspace: string;
  /** Its slug; "": none is chosen yet. */
  readonly product: string;
  readonly label: string;
  /** Its id; "": none. */
  readonly value: string;
  readonly onChange: (device: string) => void;
}

/** One device of a product, found by the search of the server: a product may have a hundred thousand. */
export function DeviceChoice({ workspace, product, label, value, onChange }: Props) {
  const [search, setSearch] = useState("");
  const { data } = useQuery({ ...someDevicesQuery(workspace, search, 50, product), enabled: product !== "" });
  const found = (data?.items ?? [])
    .filter((one) => one.product === product)
    .map(({ id, name }) => ({ value: id, label: name === id ? id : `${name} (${id})` }));
  const known = value === "" || found.some((one) => one.value === value) ? found : [{ value, label: value }, ...found];
  return (
    <Select
      label={label}
      searchable
      disabled={product === ""}
      value={value || null}
      data={known}
      // the server has searched already
      filter={({ options }) => options}
      onSearchChange={(text) => setSearch(known.some((one) => one.label === text) ? "" : text)}
      onChange={(device) => onChange(device ?? "")}
    />
  );
}
