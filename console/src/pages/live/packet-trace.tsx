import { Button, Checkbox, TextInput } from "@mantine/core";
import { DownloadIcon, SearchIcon } from "@primer/octicons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { ownRightsQuery } from "../../api/session.ts";
import { saveFile } from "../../parts/csv.ts";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import css from "./live.module.css";
import { aboutOf, fileOf, isBad, isShown, reasonsOf, type TraceLine } from "./packets.ts";
import { useTrace } from "./use-trace.ts";

/** So many are drawn; the search finds the others. */
const DRAWN = 200;

interface Props {
  /** Id of the session. */
  readonly id: string;
  /** Key of its account. */
  readonly account: string;
  readonly client: string;
}

/** The packets of a client in both directions, while one looks: begun by hand, since it costs the server something. */
export function PacketTrace({ id, account, client }: Props) {
  const t = useText().live.trace;
  const { data: rights } = useQuery(ownRightsQuery);
  const [payload, setPayload] = useState(false);
  const [on, setOn] = useState(false);
  const [text, setText] = useState("");
  const [pings, setPings] = useState(false);
  const { lines, ended, clear } = useTrace(on ? `/api/v1/sessions/${id}/trace?payload=${payload}` : null, () =>
    setOn(false),
  );
  const shown = useMemo(() => lines.filter((one) => isShown(one, text, pings)).toReversed(), [lines, text, pings]);
  const mayRead = rights === undefined || rights.operate || account === `u:${rights.account.number}`;
  return (
    <div className={css.trace}>
      <h3>{t.title}</h3>
      <p className="quiet small">{t.how}</p>
      <div className={css.toolbar}>
        <TextInput
          aria-label={t.search}
          placeholder={t.search}
          leftSection={<SearchIcon size={14} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button variant={on ? "default" : "filled"} onClick={() => setOn(!on)}>
          {on ? t.stop : t.start}
        </Button>
        <Checkbox
          label={t.payload}
          checked={payload}
          disabled={on || !mayRead}
          title={mayRead ? undefined : t.payloadWhy}
          onChange={(event) => setPayload(event.currentTarget.checked)}
        />
        <Checkbox label={t.pings} checked={pings} onChange={(event) => setPings(event.currentTarget.checked)} />
        <Button variant="default" disabled={lines.length === 0} onClick={clear}>
          {t.clear}
        </Button>
        <Button
          variant="default"
          leftSection={<DownloadIcon size={14} />}
          disabled={lines.length === 0}
          onClick={() => saveFile(t.file(client), fileOf(lines), "text/plain")}
        >
          {t.save}
        </Button>
        <span className={css.state}>
          {on ? <Status kind="live">{t.on}</Status> : ended !== null && <span className="quiet">{ended}</span>}
        </span>
      </div>
      {lines.length > 0 && (
        <ol className={css.packets} aria-label={t.title}>
          {shown.slice(0, DRAWN).map((line) => (
            <PacketLine key={line.key} line={line} />
          ))}
        </ol>
      )}
      {shown.length > DRAWN && <p className="quiet small">{t.newest(DRAWN, shown.length)}</p>}
    </div>
  );
}

/** One packet in a line; unfolded it shows all that is known of it. */
function PacketLine({ line }: { readonly line: TraceLine }) {
  const t = useText().live.trace;
  const { time, direction, name, bytes, facts } = line;
  const reasons = reasonsOf(line);
  return (
    <li>
      <details>
        <summary>
          <span className="quiet">{time.slice(11, 23)}</span>
          <span>{direction === undefined ? "·" : t.directions[direction]}</span>
          <b>{name.toUpperCase()}</b>
          <span className="quiet">{bytes === null ? "" : `${bytes} B`}</span>
          <code>{aboutOf(line)}</code>
          {reasons !== "" &&
            (isBad(line) ? <Status kind="bad">{reasons}</Status> : <span className="quiet">{reasons}</span>)}
        </summary>
        <pre>{JSON.stringify(facts, null, 2)}</pre>
      </details>
    </li>
  );
}
