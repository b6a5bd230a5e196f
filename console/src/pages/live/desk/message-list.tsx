// biome-ignore-all lint/a11y/useSemanticElements: a list of options cannot be laid out as virtual rows
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, memo, useMemo, useRef, useState } from "react";
import { Status } from "../../../parts/status.tsx";
import { useText } from "../../../text/index.ts";
import type { Subscription } from "./desk-types.ts";
import css from "./desk.module.css";
import { holds, inLine, type Message } from "./messages.ts";
import { Colour } from "./subscriptions.tsx";

const ROW = 30;

interface Props {
  readonly messages: readonly Message[];
  readonly subscriptions: readonly Subscription[];
  readonly search: string;
  readonly chosen: Message | null;
  readonly onChoose: (message: Message) => void;
}

/** Messages, newest first; only those that are seen are drawn, and while one looks (by pointer, or further down) they stay where they are. */
export function MessageList({ messages, subscriptions, search, chosen, onChoose }: Props) {
  const t = useText().desk;
  const scroller = useRef<HTMLDivElement>(null);
  const [held, setHeld] = useState<readonly Message[] | null>(null);
  const hold = (look: boolean) => setHeld((before) => (look ? (before ?? messages) : null));
  // what was cleared is not held
  const listed = messages.length === 0 ? messages : (held ?? messages);
  const shown = useMemo(() => listed.filter((one) => holds(one, search)).toReversed(), [listed, search]);
  const fresh = (messages.at(-1)?.key ?? 0) - (listed.at(-1)?.key ?? 0);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
    getItemKey: (index) => shown[index]?.key ?? index,
  });
  const filters = useMemo(() => new Map(subscriptions.map((one) => [one.number, one.filter])), [subscriptions]);
  const step = (event: KeyboardEvent) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by === 0 || shown.length === 0) return;
    event.preventDefault();
    const at = chosen === null ? (by > 0 ? -1 : 0) : shown.findIndex(({ key }) => key === chosen.key);
    const next = Math.max(0, Math.min(shown.length - 1, at + by));
    const message = shown[next];
    if (message !== undefined) onChoose(message);
    virtual.scrollToIndex(next);
  };
  // a list of nothing is none for a screen reader
  if (shown.length === 0)
    return (
      <div className={css.list}>
        <p className={css.nothing}>{messages.length === 0 ? t.noMessages : t.noneFound}</p>
      </div>
    );
  return (
    <>
      {fresh > 0 && (
        <p className={css.fresh}>
          <Status kind="warn">
            {t.fresh(fresh)}, {t.held}
          </Status>
        </p>
      )}
      <div
        ref={scroller}
        className={css.list}
        role="listbox"
        aria-label={t.messages}
        tabIndex={0}
        aria-activedescendant={chosen === null ? undefined : `message-${chosen.key}`}
        onKeyDown={step}
        onPointerEnter={({ pointerType }) => pointerType === "mouse" && hold(true)}
        onPointerLeave={() => hold((scroller.current?.scrollTop ?? 0) > 0)}
        onScroll={({ currentTarget }) => hold(currentTarget.scrollTop > 0 || currentTarget.matches(":hover"))}
      >
        <div style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, key, start }) => {
            const message = shown[index];
            return message === undefined ? null : (
              <Line
                key={key}
                message={message}
                start={start}
                chosen={message.key === chosen?.key}
                filter={filters.get(message.by[0] ?? 0)}
                onChoose={onChoose}
              />
            );
          })}
        </div>
      </div>
    </>
  );
}

interface LineProps {
  readonly message: Message;
  readonly start: number;
  readonly chosen: boolean;
  readonly filter: string | undefined;
  readonly onChoose: (message: Message) => void;
}

const Line = memo(function Line({ message, start, chosen, filter, onChoose }: LineProps) {
  const t = useText().desk;
  const { key, at, topic, payload, qos, retain, by } = message;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are heard by the list
    // biome-ignore lint/a11y/useFocusableInteractive: the focus stays on the list (aria-activedescendant)
    <div
      id={`message-${key}`}
      role="option"
      aria-selected={chosen}
      className={css.line}
      style={{ transform: `translateY(${start}px)` }}
      onClick={() => onChoose(message)}
    >
      {by[0] === undefined ? <span /> : <Colour number={by[0]} title={filter} />}
      <span className="quiet">{timeOf(at)}</span>
      <code>{topic}</code>
      <code className={css.payload}>{inLine(payload)}</code>
      <span className="quiet">
        {retain ? `${t.retained}, ` : ""}QoS {qos}
      </span>
    </div>
  );
});

/** The time of day, with milliseconds. */
export function timeOf(at: number): string {
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, "0");
  const ms = String(date.getMilliseconds()).padStart(3, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}
