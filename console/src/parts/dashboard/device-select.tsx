import { NativeSelect } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { allOf, type Device, type Product } from "../../api/fleet.ts";
import { api } from "../../api/index.ts";
import { useText } from "./text.ts";

/** Devices that a list to choose from has. */
const MOST = 1000;

/** The first devices of a product, by name. */
export function someDevicesQuery(product: string) {
  return queryOptions({
    queryKey: ["devices", "some", product],
    queryFn: ({ signal }): Promise<Device[]> =>
      allOf((cursor) => api.listDevices({ product, limit: 1000, signal, ...cursor }), MOST),
    enabled: product !== "",
    staleTime: 60_000,
  });
}

interface Props {
  readonly products: readonly Pick<Product, "slug" | "name">[];
  readonly value: { readonly product: string; readonly device: string };
  readonly onChange: (next: { product: string; device: string }) => void;
}

/** A product and a device of it; the first one until another is chosen. */
export function DeviceSelect({ products, value, onChange }: Props) {
  const t = useText().dashboards;
  const devices = useQuery(someDevicesQuery(value.product)).data;
  const first = devices?.[0]?.id;
  useEffect(() => {
    if (value.device === "" && first !== undefined) onChange({ ...value, device: first });
  }, [value, first, onChange]);
  return (
    <>
      <NativeSelect
        label={t.product}
        value={value.product}
        data={products.map(({ slug, name }) => ({ value: slug, label: name }))}
        onChange={(event) => onChange({ product: event.currentTarget.value, device: "" })}
      />
      <NativeSelect
        label={t.device}
        value={value.device}
        data={(devices ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(event) => onChange({ ...value, device: event.currentTarget.value })}
      />
    </>
  );
}
