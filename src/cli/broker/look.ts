import type { Route } from "../../bridges/types.ts";
import { wholeNumber } from "../numbers.ts";
import { type Args, type Flags, given, on, show as showList } from "../results.ts";
import { json, visible } from "../text.ts";
import type { Io } from "../types.ts";
import { which } from "./which.ts";

/** `broker list`, `show`, `test`, `log`. */

export const list = (io: Io, _: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const all = await access.call("brokerList", given(flags, "workspace"));
    const rows = all.map((one) => [
      ...[visible(one.name), one.workspace, one.state, visible(one.address ?? one.addresses[0] ?? "")],
      ...[one.connected_protocol, one.routes.length, one.messages_in, one.messages_out, one.lag_rows],
    ]);
    const head = ["BROKER", "WORKSPACE", "STATE", "ADDRESS", "MQTT", "ROUTES", "IN", "OUT", "BEHIND"];
    return showList(
      io,
      flags,
      all,
      head,
      rows,
      "There are no external brokers. Set one up by: fieldcast broker create",
    );
  });

export const show = (io: Io, [broker = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const one = await access.call("brokerShow", which(broker, flags));
    if (flags.json === true) {
      io.out(json(one));
      return 0;
    }
    const lines = [
      ["Name", one.name],
      ["Workspace", one.workspace],
      ["Addresses", one.addresses.join(" ")],
      ["Acts as", one.account ?? "an account that is gone"],
      [
        "State",
        `${one.state}${one.since === null ? "" : ` since ${one.since}`}${one.reason === null ? "" : `: ${one.reason}`}`,
      ],
      ["MQTT", one.connected_protocol ?? one.protocol],
      ["User name", `${one.username ?? "none"}${one.has_password ? ", with a password" : ""}`],
      ["Client id", one.client_id],
      ["Messages", `${one.messages_in} in, ${one.messages_out} out, ${one.dropped} dropped`],
      ["Behind", `${one.lag_rows} rows, ${one.lag_seconds} s; ${one.in_flight} in flight`],
      ...one.routes.map((route, i) => [`Route ${i + 1}`, routeText(route)]),
      ...one.troubles.map(({ route, reason }) => [`Route ${route + 1}`, `carries nothing: ${reason}`]),
    ];
    io.out(lines.map(([name = "", text = ""]) => `${`${name}:`.padEnd(12)} ${visible(text)}\n`).join(""));
    return 0;
  });
function routeText(route: Route): string {
  switch (route.direction) {
    case "in":
      return `in ${route.filter} (QoS ${route.qos})`;
    case "out":
      return `out ${route.filter} → ${route.topic} (${route.payload}, QoS ${route.qos}${route.retain ? ", retained" : ""})`;
    case "forward":
      return `forward ${route.pattern} ${route.way} "${route.local_prefix}" "${route.remote_prefix}" (QoS ${route.qos})`;
    default:
      return route satisfies never;
  }
}

export const test = (io: Io, [broker = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const tested = await access.call("brokerTest", which(broker, flags));
    if (flags.json === true) io.out(json(tested));
    else
      for (const { address, steps } of tested.tries) {
        io.out(`${visible(address)}\n`);
        for (const { step, ok, ms, text } of steps)
          io.out(`  ${ok ? "ok    " : "FAILED"} ${step.padEnd(9)} ${visible(text)} (${ms} ms)\n`);
      }
    return tested.ok ? 0 : 1;
  });

export const log = (io: Io, [broker = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const limit = flags.limit === undefined ? {} : { limit: wholeNumber("--limit", flags.limit, 20, 1, 1000) };
    const events = await access.call("brokerLog", { ...which(broker, flags), ...limit });
    const rows = events.map(({ time, what, text }) => [time, what, visible(text)]);
    return showList(io, flags, events, ["TIME", "WHAT", "TEXT"], rows, "Nothing happened yet.");
  });
