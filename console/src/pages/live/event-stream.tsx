import { Button, TextInput } from "@mantine/core";
import { SearchIcon } from "@primer/octicons-react";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { api } from "../../api/index.ts";
import { type InspectorEvent, useInspector } from "../../live/inspector.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { Held } from "../../parts/held.tsx";
import { useHold } from "../../parts/hold.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import { EventLine } from "./event-line.tsx";
import { fits, isOf, isRefusal, KEPT, type Listed } from "./events.ts";
import css from "./live.module.css";
import type { LiveSearch } from "./search.ts";

interface Props {
  readonly workspace: string;
  readonly search: LiveSearch;
  readonly set: (more: Record<string, unknown>) => void;
  /** Only what was refused. */
  readonly refusals: boolean;
}

/** What happens, newest first: what was kept, and then each as it comes. What comes while it is paused waits. */
export function EventStream({ workspace, search, set, refusals }: Props) {
  const t = useText().live;
  const { q = "", account } = search;
  const stream = useStream(workspace, refusals, account);
  const { shown, waiting, paused, open, past } = stream;
  const held = useHold(shown, ({ key }) => key);
  const found = held.shown.filter(({ event }) => fits(event, q));
  return (
    <>
      <div className={css.toolbar}>
        <TextInput
          aria-label={t.stream.search}
          placeholder={t.stream.search}
          leftSection={<SearchIcon size={14} />}
          value={q}
          onChange={(event) => set({ q: event.currentTarget.value })}
        />
        <Button variant="default" onClick={stream.pause}>
          {paused ? t.stream.resume : t.stream.pause}
        </Button>
        <Button variant="default" onClick={stream.clear} disabled={shown.length === 0}>
          {t.stream.clear}
        </Button>
        {account !== undefined && (
          <Button variant="default" onClick={() => set({ account: "" })}>
            {t.stream.account} {account} ×
          </Button>
        )}
        <span className={css.state}>
          <Held fresh={held.fresh} onShow={held.release} />
          {paused && waiting > 0 && <Status kind="warn">{t.stream.waiting(waiting)}</Status>}
          {open ? <Status kind="live">{t.stream.open}</Status> : <Status kind="away">{t.stream.closed}</Status>}
        </span>
      </div>
      <RefusalNote error={past.error} again={() => void past.refetch()} />
      <Section title={refusals ? t.tab.refusals : t.tab.events} flush>
        {past.data === undefined && past.error === null && shown.length === 0 && <Skeleton rows={6} />}
        {past.data !== undefined && found.length === 0 && (
          <EmptyState>
            {shown.length > 0 ? t.stream.noneFound : refusals ? t.stream.noRefusals : t.stream.noEvents}
          </EmptyState>
        )}
        <div {...held.listeners}>
          {found.slice(0, 200).map(({ key, event }) => (
            <EventLine key={key} workspace={workspace} event={event} />
          ))}
        </div>
        {found.length > 200 && <p className={`quiet small ${css.note}`}>{t.stream.first(200)}</p>}
      </Section>
    </>
  );
}

/** What was kept, with what comes before it. */
function useStream(workspace: string, refusals: boolean, account: string | undefined) {
  const [came, setCame] = useState<readonly Listed[]>([]);
  const [held, setHeld] = useState<readonly Listed[]>([]);
  const [paused, setPaused] = useState(false);
  const [open, setOpen] = useState(false);
  const [clearedAt, setClearedAt] = useState("");
  const number = useRef(0);
  const was = useRef(false);
  const wanted = (event: InspectorEvent) => isOf(event, workspace) && (!refusals || isRefusal(event));
  const past = useQuery({
    queryKey: ["inspect", workspace, refusals, account],
    queryFn: async ({ signal }) =>
      (await api.listEvents({ limit: 200, signal, ...(account !== undefined && { account }) })).data.items,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  useInspector(
    account === undefined ? {} : { account },
    (event) => {
      if (!wanted(event)) return;
      const one = { key: ++number.current, event };
      (paused ? setHeld : setCame)((before) => [one, ...before].slice(0, KEPT));
    },
    (now) => {
      setOpen(now);
      if (now && was.current) void catchUp();
      was.current ||= now;
    },
  );
  /** What happened while the stream was lost: the newest that were kept are asked for again, and what came before them goes. */
  const catchUp = async () => {
    const { data } = await past.refetch();
    const newest = data?.[0]?.time ?? "";
    const later = ({ event }: Listed) => event.time > newest;
    setCame((before) => before.filter(later));
    setHeld((before) => before.filter(later));
  };
  const first = came.at(-1)?.event.time ?? held.at(-1)?.event.time;
  const kept = (past.data ?? [])
    .filter((event) => wanted(event) && event.time > clearedAt && (first === undefined || event.time < first))
    .map((event, n) => ({ key: -1 - n, event }));
  return {
    shown: [...came, ...kept],
    waiting: held.length,
    paused,
    open,
    past,
    pause: () => {
      if (paused) {
        setCame((before) => [...held, ...before].slice(0, KEPT));
        setHeld([]);
      }
      setPaused(!paused);
    },
    clear: () => {
      const [newest] = [...came, ...kept];
      if (newest !== undefined) setClearedAt(newest.event.time);
      setCame([]);
    },
  };
}
