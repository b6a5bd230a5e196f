import type { Target } from "../../load/client.ts";
import type { Kind } from "../../sessions/options.ts";
import { publishAll } from "../../sessions/steady.ts";
import { taker } from "../../sessions/taker.ts";
import type { Disturber, Place } from "../disturber.ts";

const SESSIONS = 5;
const AT_ONCE = 1000;

function target({ mqtt: port, token }: Place): Target {
  const login = { username: token, password: token };
  return { host: "127.0.0.1", port, transport: "tcp", ca: undefined, version: 5, login };
}
/** Stored sessions that take nothing of what their account publishes meanwhile, a thousand values a second. */
const takers = (kind: Kind, title: string): Disturber => ({
  id: kind,
  title,
  lanes: 1,
  prepare: async (place) => {
    for (let n = 0; n < SESSIONS; n++) await taker(target(place), `${kind}-${n}`, "dtck/crowd/+/+", kind);
  },
  disturb: async (place) => {
    const stream = { topic: "dtck-pub/crowd/dev0/TEMPERATURE", payload: "21.5", publishes: AT_ONCE, rate: AT_ONCE };
    await publishAll(target(place), stream);
  },
});

export const mute = takers("mute", `${SESSIONS} sessions that read and never acknowledge 1,000 values a second`);
export const away = takers("away", `${SESSIONS} sessions that are away, for which 1,000 values a second wait`);
