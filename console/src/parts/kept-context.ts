import { createContext, useContext } from "react";

/** What a form that is kept while somebody types tells the parts in it (kept-form.tsx). */
export interface Kept {
  /** It is saved: what the server has now is shown. */
  readonly saved: () => void;
  /** The next save is of what stands here, over what others changed meanwhile. */
  readonly insist: () => void;
}
export const KeptContext = createContext<Kept | null>(null);

/** For what saves a form by itself: to be called when it is saved. `useAct` does. */
export function useSaved(): () => void {
  return useContext(KeptContext)?.saved ?? nothing;
}
function nothing(): void {}
