import { Checkbox, TextInput } from "@mantine/core";
import { SearchIcon } from "@primer/octicons-react";
import { useQuery } from "@tanstack/react-query";
import type { Setting } from "../../../../sdk/operations.js";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import { settingsQuery } from "./queries.ts";
import type { SystemSearch } from "./search.ts";
import css from "./system.module.css";

interface Props {
  readonly search: SystemSearch;
  readonly set: (more: Record<string, unknown>) => void;
}

/** Every setting as it is in force, and where it comes from. */
export function Settings({ search, set }: Props) {
  const t = useText().system.settings;
  const { data, error, refetch } = useQuery(settingsQuery);
  const { q = "", changed } = search;
  const wanted = q.trim().toLowerCase();
  const found = (data ?? []).filter(
    ({ name, description, group, source }) =>
      (changed !== true || source !== "default") && `${name} ${group} ${description}`.toLowerCase().includes(wanted),
  );
  const groups = [...new Set(found.map(({ group }) => group))];
  return (
    <>
      <div className={css.toolbar}>
        <TextInput
          aria-label={t.search}
          placeholder={t.search}
          leftSection={<SearchIcon size={14} />}
          value={q}
          onChange={(event) => set({ q: event.currentTarget.value })}
        />
        <Checkbox
          label={t.changed}
          checked={changed === true}
          onChange={(event) => set({ changed: event.currentTarget.checked || undefined })}
        />
      </div>
      <RefusalNote error={error} again={() => void refetch()} />
      {data === undefined && error === null && <Skeleton rows={10} />}
      {data !== undefined && found.length === 0 && <EmptyState>{t.none}</EmptyState>}
      {groups.map((group) => (
        <Section key={group} title={group} flush>
          <ul className={css.settings}>
            {found
              .filter((one) => one.group === group)
              .map((one) => (
                <Row key={one.name} setting={one} />
              ))}
          </ul>
        </Section>
      ))}
    </>
  );
}

function Row({ setting }: { readonly setting: Setting }) {
  const t = useText().system.settings;
  const { name, value, source, description } = setting;
  return (
    <li>
      <code>{name}</code>
      <span>{value === null ? <span className="quiet">{t.secret}</span> : <code>{value || '""'}</code>}</span>
      <span className="quiet" data-changed={source !== "default" || undefined}>
        {t.sources[source]}
      </span>
      <p className="quiet small">{description}</p>
    </li>
  );
}
