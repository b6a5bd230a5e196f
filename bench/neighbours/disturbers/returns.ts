import { Client, connectMany } from "../../load/client.ts";
import type { Disturber, Place } from "../disturber.ts";

/** Connections that stay open in the storm; the oldest leaves for the next one. */
const OPEN = 5000;
const LANES = 90;
/** Free ports may be short for a moment: a client that finds none tries again. */
const TRIES = 50;
const RETRY_MS = 20;

const target = ({ mqtt, token }: Place) =>
  ({
    host: "127.0.0.1",
    port: mqtt,
    transport: "tcp",
    ca: undefined,
    version: 5,
    login: { username: token, password: token },
  }) as const;

async function comeBack(place: Place, id: string): Promise<Client> {
  for (let left = TRIES; ; left--) {
    try {
      return await Client.connect(target(place), id, true);
    } catch (error) {
      if (left === 0) throw error;
      await Bun.sleep(RETRY_MS);
    }
  }
}

let next = 0;
const open: Client[] = [];

/** After a power cut, or a restart: a whole fleet with stored sessions is back at once. */
export const returns: Disturber = {
  id: "returns",
  title: "clients that come back to their stored sessions, half as many as devices",
  lanes: LANES,
  prepare: async (place) => {
    for (let from = 0; from < place.devices / 2; from += OPEN) {
      const count = Math.min(OPEN, place.devices / 2 - from);
      const some = await connectMany(target(place), "", count, LANES, (id) =>
        comeBack(place, `back-${from + Number(id.slice(1))}`),
      );
      for (const client of some) client.close();
    }
  },
  disturb: async (place) => {
    open.push(await comeBack(place, `back-${next++ % (place.devices / 2)}`));
    // long before its session is gone on with again
    if (open.length > Math.min(OPEN, place.devices / 8)) open.shift()?.close();
  },
};
