import { NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { ReadyMap, RouteMap } from "../../../../sdk/operations.js";
import { productsQuery } from "../../api/fleet.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import css from "./brokers.module.css";
import { filtersOf, formOfRoute, mapOf } from "./map-form.ts";
import { MapTry } from "./map-try.tsx";
import { mapsQuery } from "./queries.ts";
import type { RouteProps } from "./shared.ts";

interface Props extends RouteProps<"in"> {
  readonly workspace: string;
}

/** What comes in: the map by which it is read, what is listened to, and what the map would make of a message. */
export function InRoute({ workspace, before, onChange, about }: Props) {
  const words = useText().brokers;
  const maps = useQuery(mapsQuery(workspace));
  const products = useQuery(productsQuery(workspace));
  const [form, setForm] = useState(() => formOfRoute(before));
  const set = (next: Partial<typeof form>) => setForm((now) => ({ ...now, ...next }));
  const ready = maps.data?.find(({ name }) => name === form.map);
  const filters = filtersOf(form, ready);
  const map = mapOf(form);
  const key = JSON.stringify([filters, map]);
  const isKnown = form.product === "" || products.data?.some(({ slug }) => slug === form.product) === true;
  // as a text, since both are made anew each time
  useEffect(() => {
    const [all, how] = JSON.parse(key) as [string[], RouteMap | string];
    onChange(typeof how === "string" ? [] : all.map((filter) => ({ direction: "in", filter, qos: 1, map: how })));
  }, [key, onChange]);
  return (
    <div className={css.form}>
      <RefusalNote error={maps.error} />
      <NativeSelect
        label={words.map}
        data={[
          ...choices(maps.data ?? []),
          { value: "fields", label: words.ownFields },
          { value: "decoder", label: words.decoder },
        ]}
        value={form.map}
        onChange={({ currentTarget }) => set({ map: currentTarget.value, filter: "", base: "" })}
      />
      {ready !== undefined && (
        <TextInput
          label={words.base}
          description={words.baseHelp(ready.base === "" ? words.noBase : ready.base)}
          value={form.base}
          onChange={(event) => set({ base: event.currentTarget.value })}
          error={about("map.base")}
          spellCheck={false}
        />
      )}
      <TextInput
        label={words.filter}
        description={ready === undefined ? words.filterHelp : words.filters(filters)}
        placeholder={filters[0]}
        value={form.filter}
        onChange={(event) => set({ filter: event.currentTarget.value })}
        error={about("filter")}
        spellCheck={false}
        required={ready === undefined}
      />
      <NativeSelect
        label={words.product}
        data={[
          { value: "", label: form.map === "decoder" ? words.chooseProduct : words.anyProduct },
          ...(products.data ?? []).map(({ slug, name }) => ({ value: slug, label: name })),
          // one that is gone, or not asked for yet
          ...(isKnown ? [] : [{ value: form.product, label: form.product }]),
        ]}
        value={form.product}
        onChange={({ currentTarget }) => set({ product: currentTarget.value })}
        error={about("map.product")}
      />
      {form.map === "fields" && (
        <Textarea
          label={words.ownMap}
          rows={7}
          value={form.own}
          onChange={(event) => set({ own: event.currentTarget.value })}
          error={typeof map === "string" && map !== "" ? words.noJson : about("map")}
          spellCheck={false}
        />
      )}
      {typeof map !== "string" && filters[0] !== undefined && (
        <MapTry
          key={`${form.map} ${maps.isSuccess}`}
          workspace={workspace}
          filter={filters[0]}
          map={map}
          example={ready?.example}
        />
      )}
    </div>
  );
}

const choices = (maps: readonly ReadyMap[]) => maps.map(({ name, title }) => ({ value: name, label: title }));
