import { Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import type { ReadyMap, RouteMap, TriedMap } from "../../../../sdk/operations.js";
import { api } from "../../api/index.ts";
import { formatValue } from "../../parts/format-value.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import css from "./brokers.module.css";

interface Props {
  readonly workspace: string;
  readonly filter: string;
  readonly map: RouteMap;
  readonly example: ReadyMap["example"] | undefined;
}

/** What a map would make of a message, while it is typed. Nothing is stored. */
export function MapTry({ workspace, filter, map, example }: Props) {
  const words = useText().brokers;
  const [topic, setTopic] = useState(example?.topic ?? "");
  const [payload, setPayload] = useState(example?.payload ?? "");
  const wish = useDeferredValue(JSON.stringify({ filter, map, topic, payload }));
  const { data, error } = useQuery({
    queryKey: ["maps", workspace, "try", wish],
    queryFn: async ({ signal }) => {
      // the next key that is pressed takes this back
      await new Promise((resolve) => setTimeout(resolve, 400));
      signal.throwIfAborted();
      return (await api.tryMap({ workspace, body: JSON.parse(wish), signal })).data;
    },
    enabled: topic !== "",
    placeholderData: (before) => before,
    retry: false,
    gcTime: 0,
  });
  return (
    <div className={css.try}>
      <strong>{words.tryTitle}</strong>
      <p className="quiet small">{words.tryHelp}</p>
      <TextInput
        label={words.topic}
        value={topic}
        onChange={(event) => setTopic(event.currentTarget.value)}
        spellCheck={false}
      />
      <Textarea
        label={words.payload}
        rows={3}
        value={payload}
        onChange={(event) => setPayload(event.currentTarget.value)}
        spellCheck={false}
      />
      <RefusalNote error={error} />
      {data !== undefined && error === null && topic !== "" && <Result tried={data} />}
    </div>
  );
}

const FATES = { stored: "ok", refused: "bad", suggested: "warn" } as const;

function Result({ tried: { matches, problem, tried, events, subscription } }: { readonly tried: TriedMap }) {
  const t = useText();
  const words = t.brokers;
  const notes = [...(matches ? [] : [words.noMatch(subscription)]), ...tried.messages];
  return (
    <div role="status">
      {problem !== null && <Status kind="bad">{problem}</Status>}
      {tried.error !== null && <Status kind="bad">{tried.error.message}</Status>}
      {events.map(({ kind, dev_eui, text }) => (
        <p key={`${kind} ${dev_eui}`}>
          <code>{dev_eui}</code> {text}
        </p>
      ))}
      {notes.map((note) => (
        <p key={note} className="quiet small">
          {note}
        </p>
      ))}
      {tried.rows.length > 0 && (
        // what is wider than the window can be scrolled by the keyboard
        // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
        <section className={css.scroll} aria-label={words.tryTitle} tabIndex={0}>
          <table className={css.table}>
            <thead>
              <tr>
                <th>{words.device}</th>
                <th>{words.field}</th>
                <th>{words.value}</th>
                <th>{words.fate}</th>
              </tr>
            </thead>
            <tbody>
              {tried.rows.map(({ device, field, value, fate, message }) => (
                <tr key={`${device} ${field}`}>
                  <td>{device}</td>
                  <td>
                    <code>{field}</code>
                  </td>
                  <td>{formatValue(value, {}, t.time.locale)}</td>
                  <td>
                    <Status kind={FATES[fate]}>{words.fates[fate]}</Status>
                    {message !== null && <span className="quiet small"> {message}</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </div>
  );
}
