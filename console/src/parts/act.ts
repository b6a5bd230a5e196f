import { type FormEvent, useState } from "react";
import { ApiProblem } from "../api/problem.ts";
import { useSaved } from "./kept-context.ts";

/** Something that a button or a form does: whether it is under way, and how it failed. */
export interface Act {
  readonly busy: boolean;
  readonly error: Error | null;
  /** The refusal, for what is wrong with single values of a form. */
  readonly problem: ApiProblem | null;
  readonly run: () => Promise<void>;
  /** As `onSubmit` of a form. */
  readonly submit: (event: FormEvent) => void;
  readonly clear: () => void;
}

/** @param act what is done; a failure is kept and shown where it happened, never thrown */
export function useAct(act: () => Promise<unknown>): Act {
  const [state, setState] = useState<{ busy: boolean; error: Error | null }>({ busy: false, error: null });
  const saved = useSaved();
  const run = async () => {
    if (state.busy) return;
    setState({ busy: true, error: null });
    try {
      await act();
      saved();
      setState({ busy: false, error: null });
    } catch (failure) {
      setState({ busy: false, error: failure instanceof Error ? failure : new Error(String(failure)) });
    }
  };
  return {
    ...state,
    problem: state.error instanceof ApiProblem ? state.error : null,
    run,
    submit: (event) => {
      event.preventDefault();
      void run();
    },
    clear: () => setState({ busy: false, error: null }),
  };
}
