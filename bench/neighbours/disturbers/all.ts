import type { Disturber } from "../disturber.ts";
import { applyDryRun } from "./apply-dry-run.ts";
import { backup } from "./backup.ts";
import { csvDryRun } from "./csv-dry-run.ts";
import { deviceLists } from "./device-lists.ts";
import { deviceSearch } from "./device-search.ts";
import { exportAll } from "./export.ts";
import { history } from "./history.ts";
import { logins } from "./logins.ts";
import { openapi } from "./openapi.ts";
import { productDeletion } from "./product-deletion.ts";
import { returns } from "./returns.ts";
import { sealing } from "./sealing.ts";
import { away, mute } from "./takers.ts";

/** In the order of the table. A new one is a file beside these, and its name here. */
export const DISTURBERS: readonly Disturber[] = [
  deviceLists,
  deviceSearch,
  csvDryRun,
  history,
  openapi,
  exportAll,
  applyDryRun,
  logins,
  returns,
  mute,
  away,
  backup,
  sealing,
  productDeletion,
];
