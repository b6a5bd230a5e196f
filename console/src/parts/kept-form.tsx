import { Fragment, type ReactNode, type SyntheticEvent, useMemo, useRef, useState } from "react";
import { type Kept, KeptContext } from "./kept-context.ts";
import css from "./parts.module.css";

interface Props<State extends { readonly etag: string }> {
  /** What the form is about, as the server said it last. */
  readonly state: State;
  /** Draws the form; it is made anew when another state is to be shown. */
  readonly children: (state: State) => ReactNode;
}

/**
 * A form about something that others change, too. Nobody has touched it: it shows what is there now. Somebody has: it stays, with the
 * tag of what they saw, so that what others changed meanwhile is not lost without a word either (changed_meanwhile).
 */
export function KeptForm<State extends { readonly etag: string }>({ state, children }: Props<State>) {
  const [touched, setTouched] = useState(false);
  const [insists, setInsists] = useState(false);
  const shown = useRef(state);
  if (!touched) shown.current = state;
  else if (insists) shown.current = { ...shown.current, etag: state.etag };
  // that a state is another one is said by its tag, unless the tag alone was taken over
  const key = useRef(state.etag);
  if (!touched) key.current = state.etag;
  const kept = useMemo(
    (): Kept => ({
      saved: () => {
        setTouched(false);
        setInsists(false);
      },
      touch: () => setTouched(true),
      insist: () => setInsists(true),
    }),
    [],
  );
  const touch = ({ target }: SyntheticEvent) => {
    // choices of lists and switches that are no inputs are made by clicks
    if (target instanceof Element && target.closest("input, textarea, select, button, [role=option]") !== null)
      setTouched(true);
  };
  return (
    <KeptContext value={kept}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it hears that something in it was touched, and does nothing itself */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: as above */}
      <div className={css.contents} onInput={touch} onClick={touch}>
        <Fragment key={key.current}>{children(shown.current)}</Fragment>
      </div>
    </KeptContext>
  );
}
