import { Menu } from "@mantine/core";
import { DotFillIcon, PlayIcon, SquareFillIcon, SyncIcon } from "@primer/octicons-react";
import { useEverySecond } from "../parts/ago.tsx";
import { liveConnection, useLiveState } from "../live/index.ts";
import { useText } from "../text/index.ts";
import css from "./frame.module.css";

/** Whether values are shown as they come: always seen, by word and colour; a click pauses. */
export function LiveBadge() {
  const t = useText().frame.feed;
  const state = useLiveState();
  const waited = useEverySecond(() =>
    state.kind === "reconnecting" ? Math.max(0, Math.round((Date.now() - state.since) / 1000)) : 0,
  );
  const word = state.kind === "reconnecting" ? t.reconnecting(waited) : t[state.kind];
  const paused = state.kind === "paused" || state.kind === "off";
  return (
    <Menu>
      <Menu.Target>
        <button type="button" className={css.live} data-kind={state.kind} title={t.title}>
          {state.kind === "live" ? (
            <DotFillIcon aria-hidden />
          ) : paused ? (
            <SquareFillIcon size={12} aria-hidden />
          ) : (
            <SyncIcon size={12} aria-hidden />
          )}
          <span role="status">{word}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={paused ? <PlayIcon size={14} /> : <SquareFillIcon size={14} />}
          onClick={() => (paused ? liveConnection.start() : liveConnection.pause())}
        >
          {paused ? t.resume : t.pause}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
