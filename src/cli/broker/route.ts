import { readScript } from "../decoder/script.ts";
import { wholeNumber } from "../numbers.ts";
import { type Args, type Flags, given, on, say } from "../results.ts";
import { visible } from "../text.ts";
import type { Io } from "../types.ts";
import { mapOf } from "./maps.ts";
import { which } from "./which.ts";

/** `broker forward`, `out`, `in`, `remove-route`. */

const added = (io: Io, broker: string, flags: Flags, route: object) =>
  on(io, flags, async (access) => {
    const qos = flags.qos === undefined ? {} : { qos: wholeNumber("--qos", flags.qos, 1, 0, 2) };
    const done = await access.call("brokerAddRoute", { ...which(broker, flags), route: { ...route, ...qos } });
    return say(io, flags, done, `${visible(done.name)} has route ${done.routes.length} now.`);
  });
export const forward = (io: Io, [broker = "", pattern, way]: Args, flags: Flags) =>
  added(io, broker, flags, {
    ...{ direction: "forward", pattern, way },
    local_prefix: String(flags.localPrefix ?? ""),
    remote_prefix: String(flags.remotePrefix ?? ""),
  });
export const out = (io: Io, [broker = "", filter, topic]: Args, flags: Flags) => {
  const seconds = (name: string, flag: unknown) =>
    flag === undefined ? undefined : wholeNumber(name, flag, 1, 1, 315_360_000);
  return added(io, broker, flags, {
    direction: "out",
    filter,
    topic,
    ...given(flags, "payload", "retain"),
    ...(flags.template !== undefined && { template: readScript(io, String(flags.template)) }),
    expiry: seconds("--expiry", flags.expiry) ?? null,
    max_age: seconds("--max-age", flags.maxAge) ?? null,
  });
};
export const into = (io: Io, [broker = "", filter]: Args, flags: Flags) =>
  added(io, broker, flags, { direction: "in", filter, map: mapOf(io, flags) });
export const remove = (io: Io, [broker = "", number]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const route = wholeNumber("the number of the route", number, 1, 1, 1000);
    const done = await access.call("brokerRemoveRoute", { ...which(broker, flags), route });
    return say(io, flags, done, `${visible(done.name)}: ${done.routes.length} routes are left.`);
  });
