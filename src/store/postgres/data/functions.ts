import { ALERTS } from "./functions/alerts.ts";
import { COMMIT } from "./functions/commit.ts";
import { FLEET } from "./functions/fleet.ts";
import { ENTER } from "./functions/enter.ts";
import { INBOUND } from "./functions/inbound.ts";
import { JOURNALS } from "./functions/journals.ts";
import { NOTES, PRESENCE } from "./functions/notes.ts";
import { RETAINED } from "./functions/retained.ts";
import { SERIES } from "./functions/series.ts";
import { SESSIONS } from "./functions/sessions.ts";
import { TAKE } from "./functions/take.ts";

/**
 * What a commit does besides its record, applied by the server in the order given: one question instead of one for each operation, however far
 * the server is. Operations come as JSON, and bytes in them as the number (from 1) of one of `blobs`. Each says what
 * src/store/sqlite/data/ops.ts says.
 * The functions are replaced at every start, so that they are those of the program.
 */
export const FUNCTIONS: readonly string[] = [
  SERIES,
  SESSIONS,
  PRESENCE,
  NOTES,
  JOURNALS,
  ALERTS,
  INBOUND,
  RETAINED,
  COMMIT,
  FLEET,
  TAKE,
  ENTER,
];
