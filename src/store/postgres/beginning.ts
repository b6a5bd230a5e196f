/**
 * What every connection is set to, whatever the server's and the role's defaults are: an answer means that it is durable, nothing ends a
 * statement that waits for that, and a client that is gone without a word is noticed within half a minute.
 */
export function beginning(schema: string): string {
  return [
    `SET search_path TO "${schema}"`,
    "SET synchronous_commit TO on",
    "SET statement_timeout TO 0",
    "SET lock_timeout TO 0",
    "SET idle_in_transaction_session_timeout TO '60s'",
    "SET client_encoding TO 'UTF8'",
    "SET tcp_keepalives_idle TO 10",
    "SET tcp_keepalives_interval TO 5",
    "SET tcp_keepalives_count TO 3",
    "SET client_min_messages TO 'warning'",
  ].join("; ");
}

/**
 * For connections that lock rows: a server that is stopped in the middle of a transaction holds nothing for long that the one needs which takes
 * over.
 */
export const ENDS_IDLE = "SET idle_in_transaction_session_timeout TO '10s'";
/** The same where others go on meanwhile, who wait for it: for less than a lease. */
export const ENDS_SOON = "SET idle_in_transaction_session_timeout TO '3s'";
