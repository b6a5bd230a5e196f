import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { someDevicesQuery } from "../../api/fleet.ts";
import { fitting } from "./list.ts";
import { ManyChoice, type ManyProps, MOST_SHOWN } from "./many-choice.tsx";
import { OneChoice } from "./one-choice.tsx";

/** A device by its names; ids are unique within a product. */
export interface DeviceName {
  readonly product: string;
  readonly device: string;
}
interface Props extends ManyProps {
  readonly workspace: string;
  readonly value: readonly DeviceName[];
  readonly onChange: (value: DeviceName[]) => void;
}

const keyOf = ({ product, device }: DeviceName) => `${product}/${device}`;
/** `product/device` of what was typed, or of the one suggestion that has this id; null: it is none. */
function read(text: string, options: readonly { readonly value: string }[]): string | null {
  if (/^[^/\s]+\/[^/]+$/.test(text)) return text;
  const [only, ...more] = options.filter(({ value }) => value.endsWith(`/${text}`));
  return more.length === 0 ? (only?.value ?? null) : null;
}

function useDeviceNames(workspace: string, search: string) {
  const { data, isPlaceholderData } = useQuery(someDevicesQuery(workspace, search, MOST_SHOWN));
  const all = (data?.items ?? []).map(({ product, id, name }) => {
    const key = keyOf({ product, device: id });
    return { value: key, label: name === id ? key : `${name} (${key})` };
  });
  return fitting(all, search, isPlaceholderData);
}

/** Several devices, found by the search of the server: a workspace may have a hundred thousand. */
export function DevicesChoice({ workspace, value, onChange, ...field }: Props) {
  const [search, setSearch] = useState("");
  const options = useDeviceNames(workspace, search);
  return (
    <ManyChoice
      {...field}
      value={value.map(keyOf)}
      options={options}
      onSearch={setSearch}
      read={(text) => read(text, options)}
      onlySuggested
      onChange={(keys) =>
        onChange(
          keys.map((key) => ({ product: key.slice(0, key.indexOf("/")), device: key.slice(key.indexOf("/") + 1) })),
        )
      }
    />
  );
}

interface OneProps {
  readonly workspace: string;
  readonly label: string;
  readonly placeholder?: string;
  readonly error?: string | undefined;
  /** `product/device` */
  readonly value: string;
  readonly onChange: (key: string) => void;
}
/** One device of a workspace, suggested while one types. */
export function DeviceKeyChoice({ workspace, value, ...field }: OneProps) {
  const options = useDeviceNames(workspace, value.slice(value.indexOf("/") + 1));
  return <OneChoice {...field} value={value} options={options} />;
}
