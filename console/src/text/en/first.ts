import { common, frame, state, table, time } from "./common.ts";
import { devices } from "./devices.ts";

/** What the frame and the list of devices say: the first load has these alone. A page that stands in it enters its texts here. */
export const first = { common, time, frame, table, state, devices };
