/** Whether this process may neither read from clients nor write to them at this moment: it may be that another one has its store. */
export interface Silence {
  readonly frozen: boolean;
}

/** Of a store that is this process's own. */
export const NEVER_FROZEN: Silence = { frozen: false };
