import { Button, Checkbox } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import { queryClient } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { formatNumber } from "../../parts/format-value.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import { piecesOf, type Shape, type Target, twiceIn } from "./columns.ts";
import css from "./import.module.css";
import type { OpenTable } from "./open-table.ts";
import { type Progress, runPieces, sender } from "./run.ts";
import { byLine, BadRows } from "./bad-rows.tsx";

interface Props {
  readonly workspace: string;
  readonly table: OpenTable;
  readonly shape: Shape;
  /** In which devices are made. */
  readonly product: string;
  readonly missing: readonly Target[];
}

type State =
  | { readonly at: "begin" }
  | { readonly at: "trying" | "tried" | "importing" | "done"; readonly progress: Progress };

const NOTHING: Progress = { rows: 0, taken: 0, bad: [] };

const NONE: ReadonlySet<number> = new Set();

/** Tries the table without changing anything, says each bad row, and then does it. */
export function ImportRun({ workspace, table, shape, product, missing }: Props) {
  const t = useText();
  const words = t.imports;
  const may = useMay(workspace, "devices");
  const isDevices = shape.what === "devices";
  const [state, setState] = useState<State>({ at: "begin" });
  const [error, setError] = useState<Error | null>(null);
  const [leaves, setLeaves] = useState(false);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const count = (n: number) => formatNumber(n, 0, t.time.locale);

  const go = async (dry: boolean) => {
    const bad = state.at === "tried" ? state.progress.bad : [];
    const leftOut = dry ? NONE : new Set(bad.map(({ line }) => line));
    const control = new AbortController();
    stop.current = control;
    setError(null);
    setState({ at: dry ? "trying" : "importing", progress: NOTHING });
    const tell = (progress: Progress) => setState({ at: dry ? "trying" : "importing", progress });
    const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
    try {
      const own = dry && isDevices ? twiceIn(table.rows(), shape.mapping) : new Map();
      const twice = [...own].map(([line, { text, first }]) => ({ line, field: "", message: words.twice(text, first) }));
      const pieces = piecesOf(table.rows(), shape, leftOut);
      const done = await runPieces(pieces, sender(shape.what, product, dry), tell, control.signal, wait);
      const all = byLine([...done.bad, ...twice]);
      setState({ at: dry ? "tried" : "done", progress: { ...done, bad: all } });
    } catch (failure) {
      setState((before) => ({
        at: dry ? "begin" : "done",
        progress: before.at === "begin" ? NOTHING : before.progress,
      }));
      if (!control.signal.aborted) setError(failure instanceof Error ? failure : new Error(String(failure)));
    }
    if (!dry) await queryClient.invalidateQueries();
  };
  const busy = state.at === "trying" || state.at === "importing";
  const progress = state.at === "begin" ? NOTHING : state.progress;
  const badLines = useMemo(() => new Set(progress.bad.map(({ line }) => line)).size, [progress.bad]);
  const why =
    missing.length > 0
      ? words.missing(missing.map((one) => words.targets[one]))
      : isDevices && !may
        ? t.common.needs("devices")
        : undefined;
  return (
    <Section title={words.run}>
      <div className={css.form}>
        {why !== undefined && <p className={css.warn}>{why}</p>}
        <div className={css.choose}>
          <Button
            variant={state.at === "begin" ? "filled" : "default"}
            disabled={busy || why !== undefined || table.count === 0}
            onClick={() => void go(true)}
          >
            {words.attempt}
          </Button>
          <Button
            disabled={state.at !== "tried" || (badLines > 0 && !leaves) || badLines === table.count}
            title={state.at === "tried" ? undefined : words.attemptFirst}
            onClick={() => void go(false)}
          >
            {words.apply(count(state.at === "tried" ? table.count - badLines : table.count))}
          </Button>
          {busy && (
            <Button variant="default" onClick={() => stop.current?.abort()}>
              {words.stop}
            </Button>
          )}
        </div>
        {busy && (
          <progress className={css.progress} max={table.count} value={progress.rows} aria-label={words.run}>
            {progress.rows}
          </progress>
        )}
        <RefusalNote error={error} />
        {state.at !== "begin" && (
          <p role="status">
            <Status kind={busy ? "away" : badLines > 0 ? "warn" : "ok"}>
              {busy
                ? words.looked(count(progress.rows), count(table.count))
                : state.at === "tried"
                  ? words.tried(count(table.count - badLines), count(badLines))
                  : words.done[shape.what](count(progress.taken), count(badLines))}
            </Status>
            {state.at === "done" && isDevices && (
              <>
                {" "}
                <Link to="/w/$workspace/devices" params={{ workspace }} search={{ product }}>
                  {words.toDevices}
                </Link>
              </>
            )}
          </p>
        )}
        {state.at === "tried" && badLines > 0 && badLines < table.count && (
          <Checkbox
            label={words.leaveOut(count(badLines))}
            checked={leaves}
            onChange={(event) => setLeaves(event.currentTarget.checked)}
          />
        )}
        {progress.bad.length > 0 && <BadRows bad={progress.bad} />}
      </div>
    </Section>
  );
}
