import { Refusal } from "../../base/errors.ts";

/** Clients that trust the one would not trust the other. */
export function apart(address: string): Refusal {
  return new Refusal(
    "invalid_config",
    `The certificates of this server and those of the one on ${address} are not of the same CA: clients that trust one of them would ` +
      "not trust the other. Copy the folder `tls` of that server's data folder into this one's, or give both servers --tls-cert and --tls-key.",
  );
}

/** Its own row, and the nodes seen of late that show certificates of another CA. */
export const BEAT = `
  WITH own AS (
    INSERT INTO node (id, identity, epoch, alive, commit_no, first_seq, address, version, since, seen, authority)
      SELECT coalesce(max(id), 0) + 1, $1, 0, 0, 0, 0, $2, $3, 0, clock_timestamp(), $4 FROM node
      ON CONFLICT (identity) DO UPDATE SET seen = clock_timestamp(), version = excluded.version, authority = excluded.authority,
        address = CASE WHEN node.alive = 1 THEN node.address ELSE excluded.address END
  )
  SELECT address FROM node
   WHERE identity <> $1 AND authority <> '' AND $4 <> '' AND authority <> $4 AND (alive = 1 OR seen > clock_timestamp() - interval '10 s')`;
/** Who has it, and whether its lease is over. */
export const ACTIVE = `
  SELECT address, version, since, lease_until < clock_timestamp() FROM node WHERE alive = 1 AND identity <> $1
   ORDER BY lease_until DESC LIMIT 1`;
/** Of whoever had it last. */
export const CLOCK = "SELECT clock FROM node WHERE clock <> '' ORDER BY since DESC LIMIT 1";
