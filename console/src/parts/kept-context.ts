import { createContext, useContext } from "react";

/** What a form that is kept while somebody types tells the parts in it (kept-form.tsx). */
export interface Kept {
  /** It is saved: what the server has now is shown. */
  readonly saved: () => void;
  /** Something of it was changed otherwise than by an input or a button: it stays, too. */
  readonly touch: () => void;
  /** The next save is of what stands here, over what others changed meanwhile. */
  readonly insist: () => void;
}
export const KeptContext = createContext<Kept | null>(null);

/** For what saves a form by itself: to be called when it is saved. `useAct` does. */
export function useSaved(): () => void {
  return useContext(KeptContext)?.saved ?? nothing;
}
/** For what is changed otherwise than by inputs and buttons, as by dragging: to be called with each change. */
export function useTouch(): () => void {
  return useContext(KeptContext)?.touch ?? nothing;
}
function nothing(): void {}
