/**
 * The ports of the store. Two databases lie behind them: fleet metadata (fleet, accounts, audit, uses) and data (log, series,
 * sessions, retained messages, device log, alerts). A transaction never spans both. An engine fills them all (data.ts: DataStore), or
 * several do.
 */
export * from "./ports/accounts.ts";
export * from "./ports/alerts.ts";
export * from "./ports/audit.ts";
export * from "./ports/bus.ts";
export * from "./ports/data.ts";
export * from "./ports/device-log.ts";
export * from "./ports/everywhere.ts";
export * from "./ports/feed.ts";
export * from "./ports/fleet.ts";
export * from "./ports/inbound.ts";
export * from "./ports/journal.ts";
export * from "./ports/lease.ts";
export * from "./ports/log.ts";
export * from "./ports/maintenance.ts";
export * from "./ports/news.ts";
export * from "./ports/presence.ts";
export * from "./ports/nodes.ts";
export * from "./ports/ops.ts";
export * from "./ports/retained.ts";
export * from "./ports/revisions.ts";
export * from "./ports/seq.ts";
export * from "./ports/series.ts";
export * from "./ports/sessions.ts";
export * from "./ports/tail.ts";
export * from "./ports/uses.ts";
