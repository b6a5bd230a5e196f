import { Button, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { AuditEntry } from "../../../../sdk/operations.js";
import { api } from "../../api/index.ts";
import { Ago } from "../../parts/ago.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import css from "./access.module.css";
import type { Shared } from "./shared.ts";

/** Who did what, newest first. */
export default function Audit({ workspace, search, set }: Shared) {
  const t = useText();
  const words = t.access.audit;
  const { actor = "", action = "" } = search;
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["audit", workspace, { actor, action }],
    queryFn: async ({ signal, pageParam }) =>
      (await api.listAuditEntries({ workspace, actor, action, limit: 50, cursor: pageParam, signal })).data,
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
  });
  const entries = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <div className={css.toolbar}>
        <TextInput
          aria-label={words.action}
          placeholder={words.filter}
          value={action}
          onChange={(event) => set({ action: event.currentTarget.value })}
        />
        {actor !== "" && (
          <Button variant="default" onClick={() => set({ actor: "" })}>
            {words.who} {entries[0]?.actor.name ?? actor} ×
          </Button>
        )}
      </div>
      <RefusalNote error={error} again={() => void refetch()} />
      {data === undefined && error === null && <Skeleton rows={8} />}
      {data !== undefined && (
        <Section title={t.access.tab.audit} flush>
          {entries.length === 0 && <EmptyState>{words.none}</EmptyState>}
          {entries.map((entry) => (
            <Entry key={entry.id} entry={entry} onActor={(who) => set({ actor: who })} />
          ))}
          {hasNextPage && (
            <div className={css.more}>
              <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                {words.more}
              </Button>
            </div>
          )}
        </Section>
      )}
    </>
  );
}

function Entry({ entry, onActor }: { readonly entry: AuditEntry; readonly onActor: (account: string) => void }) {
  const { access, common } = useText();
  const t = access.audit;
  const { before, after, actor } = entry;
  const keys = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return (
    <details className={css.entry}>
      <summary>
        <span className="quiet">
          <Ago time={entry.time} short />
        </span>
        <span>{common.actor(actor.name)}</span>
        <code>{entry.action}</code>
        <span>{entry.target.name}</span>
      </summary>
      <div className={css.changes}>
        <b>{t.what}</b>
        <b>{t.before}</b>
        <b>{t.after}</b>
        {keys.length === 0 && <span>{t.noDetail}</span>}
        {keys.map((key) => (
          <Change key={key} name={key} before={before?.[key]} after={after?.[key]} />
        ))}
      </div>
      <div className={css.changes}>
        <b>{t.who}</b>
        <span>
          <Button variant="subtle" size="compact-xs" onClick={() => onActor(actor.account)}>
            {common.actor(actor.name)}
          </Button>{" "}
          <span className="quiet">{actor.address ?? t.command}</span>
        </span>
      </div>
    </details>
  );
}

function Change({ name, before, after }: { readonly name: string; readonly before: unknown; readonly after: unknown }) {
  return (
    <>
      <span className="quiet">{name}</span>
      <code>{shown(before)}</code>
      <code>{shown(after)}</code>
    </>
  );
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return "–";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
