import { ROW_CURRENT, ROW_HISTORICAL, ROW_PUBLISHED } from "./batch.ts";

/** What the row of a measurement may get. */
export const EVERY_FLAG = ROW_CURRENT | ROW_PUBLISHED;
/** … of one that is never current. */
export const HISTORY = ROW_HISTORICAL | ROW_PUBLISHED;
