/** Something about a PostgreSQL that matters to a store, and what to do about it; `bad`: the server does not start on it. */
export interface Suitability {
  readonly level: "good" | "odd" | "bad";
  readonly text: string;
  readonly mend: string;
  /** It cannot be reached at the moment. */
  readonly isAway?: true;
}
/** How a server is going to use it. */
export interface Demands {
  /** Another server takes over when this one ends: what was acknowledged must outlive any one machine. */
  readonly standby?: boolean;
  /** A failover may lose what was acknowledged. */
  readonly unreplicatedOk?: boolean;
}

export function checksumsOf(value: string, { standby = false, unreplicatedOk = false }: Demands): Suitability[] {
  if (value === "on") return [];
  const mend = "stop PostgreSQL and run pg_checksums --enable";
  const level = standby && !unreplicatedOk ? "bad" : "odd";
  return [{ level, text: "data_checksums is off: a disk that returns other bytes is noticed late", mend }];
}

/** @param senders standbys that are connected, and whoever else streams the write-ahead log */
export function replicationOf(standbys: string, senders: number, { standby, unreplicatedOk }: Demands): Suitability {
  if (standbys !== "")
    return { level: "good", text: `what is acknowledged is on a standby, too (${standbys})`, mend: "" };
  const mend =
    "set synchronous_standby_names, as 'ANY 1 (a, b)' with the application_name of each standby (docs/cluster.md); " +
    "--unreplicated-ok on takes it as it is";
  const level = unreplicatedOk ? "odd" : "bad";
  if (senders > 0)
    return { level, text: "its standby is asynchronous: who promotes it loses what was acknowledged last", mend };
  if (standby) return { level, text: "no synchronous standby: what is acknowledged is on one machine", mend };
  return {
    level: "good",
    text: "no synchronous standby: what is acknowledged is on the disk of one machine",
    mend: "",
  };
}
