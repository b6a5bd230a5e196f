import { TextInput } from "@mantine/core";
import { SearchIcon } from "@primer/octicons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useCallback, useRef, useState } from "react";
import { EmptyState } from "../../../parts/empty-state.tsx";
import { Skeleton } from "../../../parts/page.tsx";
import { RefusalNote } from "../../../parts/refusal-note.tsx";
import { useText } from "../../../text/index.ts";
import liveCss from "../live.module.css";
import type { LiveSearch } from "../search.ts";
import { FreeNote } from "./free-note.tsx";
import { stepOf } from "./rows.ts";
import css from "./tree.module.css";
import { TreeDetails } from "./tree-details.tsx";
import { TreeLine } from "./tree-line.tsx";
import { useTree } from "./use-tree.ts";

const ROW = 32;

interface Props {
  readonly workspace: string;
  readonly search: LiveSearch;
  readonly set: (more: Record<string, unknown>) => void;
}

/** The topics of what one may read, level by level, with what they have now; only those that are seen are drawn and followed. */
export default function TreeTab({ workspace, search, set }: Props) {
  const t = useText().tree;
  const { q = "", watch = [] } = search;
  const { prefix, rows, free, toggle, loadMore, error, pending } = useTree(workspace, q);
  const [chosen, setChosen] = useState<string | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
    getItemKey: (index) => rows[index]?.key ?? index,
  });
  const at = rows.findIndex(({ key }) => key === chosen);
  const row = rows[at];
  const latest = useRef({ rows, toggle, loadMore });
  latest.current = { rows, toggle, loadMore };
  const choose = useCallback((index: number) => setChosen(latest.current.rows[index]?.key ?? null), []);
  const onToggle = useCallback((key: string) => latest.current.toggle(key), []);
  const onMore = useCallback((slug: string) => latest.current.loadMore(slug), []);
  const hear = (event: KeyboardEvent) => {
    if (event.key === "Enter" && row?.open !== undefined) return toggle(row.key);
    const step = stepOf(rows, at, event.key);
    if (step === null) return;
    event.preventDefault();
    if ("toggle" in step) return toggle(step.toggle);
    choose(step.to);
    virtual.scrollToIndex(step.to);
  };
  return (
    <>
      <div className={liveCss.toolbar}>
        <TextInput
          aria-label={t.search}
          placeholder={t.search}
          leftSection={<SearchIcon size={14} />}
          value={q}
          onChange={(event) => set({ q: event.currentTarget.value })}
        />
        <span className="quiet small">{t.how}</span>
      </div>
      <RefusalNote error={error} />
      {pending && error === null && <Skeleton rows={6} />}
      {!pending && rows.every(({ level }) => level === 1) && q !== "" && <EmptyState>{t.none}</EmptyState>}
      <div
        ref={scroller}
        className={css.tree}
        role="tree"
        aria-label={t.title}
        tabIndex={0}
        aria-activedescendant={at < 0 ? undefined : `topic-${at}`}
        onKeyDown={hear}
      >
        <div style={{ height: virtual.getTotalSize() }} role="none">
          {virtual.getVirtualItems().map(({ index, key, start }) => {
            const one = rows[index];
            return one === undefined ? null : (
              <TreeLine
                key={key}
                {...{ index, start, onToggle, onMore }}
                row={one}
                chosen={index === at}
                onChoose={choose}
              />
            );
          })}
        </div>
      </div>
      <FreeNote free={free} />
      {row !== undefined && row.kind !== "more" && (
        <TreeDetails
          {...{ workspace, prefix, row }}
          onSubscribe={(filter) =>
            set({ tab: "mqtt", q: "", watch: [...watch.filter((one) => one.filter !== filter), { filter, qos: 0 }] })
          }
          onPublish={(topic) => set({ tab: "mqtt", q: "", topic })}
        />
      )}
    </>
  );
}
