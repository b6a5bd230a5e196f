import { ActionIcon, Button, NativeSelect, SegmentedControl, TextInput } from "@mantine/core";
import { DownloadIcon, SearchIcon, XIcon } from "@primer/octicons-react";
import { type ReactNode, useEffect, useState } from "react";
import type { Product } from "../../api/fleet.ts";
import { useText } from "../../text/index.ts";
import css from "./devices.module.css";
import type { DevicesSearch, View } from "./search.ts";

interface Props {
  readonly search: DevicesSearch;
  /** Properties that are undefined are taken out. */
  readonly change: (next: { [K in keyof DevicesSearch]?: DevicesSearch[K] | undefined }) => void;
  readonly products: readonly Product[];
  readonly tags: readonly string[];
  readonly view: View;
  /** All devices are there, not only the first ones. */
  readonly isWhole: boolean;
  readonly onCsv: () => void;
  /** The menus of views and columns. */
  readonly children: ReactNode;
}

/** Filters of the list; every one is in the address. */
export function Toolbar({ search, change, products, tags, view, isWhole, onCsv, children }: Props) {
  const t = useText().devices;
  const filtered = [search.q, search.product, search.tag, search.state].some((one) => one !== undefined);
  return (
    <div className={css.toolbar}>
      <SearchField value={search.q ?? ""} onChange={(q) => change({ q: q === "" ? undefined : q })} />
      <NativeSelect
        aria-label={t.product}
        data={[{ value: "", label: t.anyProduct }, ...products.map(({ slug, name }) => ({ value: slug, label: name }))]}
        value={search.product ?? ""}
        onChange={({ currentTarget: { value } }) => change({ product: value === "" ? undefined : value })}
      />
      <NativeSelect
        aria-label={t.tag}
        data={[{ value: "", label: t.anyTag }, ...tagsWith(tags, search.tag)]}
        value={search.tag ?? ""}
        onChange={({ currentTarget: { value } }) => change({ tag: value === "" ? undefined : value })}
      />
      <NativeSelect
        aria-label={t.state}
        data={[
          { value: "", label: t.anyState },
          { value: "online", label: t.online },
          { value: "away", label: t.away },
        ]}
        value={search.state ?? ""}
        onChange={({ currentTarget: { value } }) =>
          change({ state: value === "online" || value === "away" ? value : undefined })
        }
      />
      {filtered && (
        <Button
          variant="subtle"
          color="gray"
          leftSection={<XIcon size={14} />}
          onClick={() => change({ q: undefined, product: undefined, tag: undefined, state: undefined })}
        >
          {t.clear}
        </Button>
      )}
      <div className={css.tools}>
        <SegmentedControl
          aria-label={t.view}
          data={[
            { value: "table", label: t.asTable },
            { value: "cards", label: t.asCards },
            { value: "map", label: t.asMap },
          ]}
          value={view}
          onChange={(next) => change({ view: next as View })} // one of the values above
        />
        {children}
        <ActionIcon
          variant="default"
          size={30}
          aria-label={t.csvTitle}
          title={isWhole ? t.csvTitle : t.loading}
          disabled={!isWhole}
          onClick={onCsv}
        >
          <DownloadIcon size={14} />
        </ActionIcon>
      </div>
    </div>
  );
}

/** The tags of the list, and the one that is asked for, which may be of no device. */
function tagsWith(tags: readonly string[], chosen: string | undefined): string[] {
  return chosen === undefined || tags.includes(chosen) ? [...tags] : [...tags, chosen];
}

/** What is typed is asked for a moment after the last key. */
function SearchField({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  const t = useText().devices;
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onChange(typed.trim()), 200);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return (
    <TextInput
      className={css.search}
      aria-label={t.search}
      placeholder={t.search}
      leftSection={<SearchIcon size={14} />}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      spellCheck={false}
    />
  );
}
