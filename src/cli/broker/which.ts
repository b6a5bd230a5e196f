import { type Flags, given } from "../results.ts";

/** Which external broker is meant. */
export const which = (broker: string, flags: Flags) => ({ broker, ...given(flags, "workspace") });
