import { wholeNumber } from "../numbers.ts";
import { type Args, type Flags, given, on, show as showList } from "../results.ts";
import { clipped, json, visible } from "../text.ts";
import type { Io } from "../types.ts";
import { which } from "./shape.ts";

/** `webhook list`, `show`, `test`, `log`, `letters`. */

export const list = (io: Io, _: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const all = await access.call("webhookList", given(flags, "workspace"));
    const rows = all.map((one) => [
      ...[one.webhook, one.name, one.workspace, one.state, visible(one.url), one.events.join(" ")],
      ...[one.calls, `${Math.round(one.error_rate * 100)} %`, one.dead_letters, one.lag_rows],
    ]);
    const head = ["NUMBER", "WEBHOOK", "WORKSPACE", "STATE", "URL", "EVENTS", "CALLS", "ERRORS", "DEAD", "BEHIND"];
    return showList(io, flags, all, head, rows, "There are no webhooks.");
  });

export const show = (io: Io, [webhook = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const one = await access.call("webhookShow", which(webhook, flags));
    if (flags.json === true) {
      io.out(json(one));
      return 0;
    }
    const { filter, batch, headers } = one;
    const only = [
      ...filter.products,
      ...filter.devices.map(({ product, device }) => `${product}/${device}`),
      ...filter.tags.map((tag) => `tag ${tag}`),
      ...filter.fields,
    ];
    const lines: (readonly [string, string | null])[] = [
      ["webhook", `${one.name} (#${one.webhook} of ${one.workspace})`],
      ["url", one.url],
      ["state", one.reason === null ? one.state : `${one.state}: ${one.reason}`],
      ["since", one.since],
      ["next try", one.next_try],
      ["events", one.events.join(", ")],
      ["only", only.length === 0 ? null : only.join(", ")],
      ["form", batch.max === 1 ? one.form : `${one.form}, up to ${batch.max} events, which wait for ${batch.wait} s`],
      ["headers", Object.keys(headers).length === 0 ? null : Object.keys(headers).join(", ")],
      ["rights of", one.account ?? "the owner of the data folder: all of the workspace"],
      ["calls in 7 days", `${one.calls}, ${one.failed_calls} failed`],
      ["dead letters", String(one.dead_letters)],
      ["events dropped", String(one.dropped_events)],
      ["behind", `${one.lag_rows} rows, ${one.lag_seconds} s`],
    ];
    for (const [name, text] of lines) if (text !== null) io.out(`${name.padEnd(16)}${visible(text)}\n`);
    return 0;
  });
export const test = (io: Io, [webhook = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const done = await access.call("webhookTest", { ...which(webhook, flags), ...given(flags, "event") });
    if (flags.json === true) io.out(json(done));
    else {
      io.out(`sent      ${visible(clipped(done.request.body, 500))}\n`);
      io.out(`answered  ${done.status ?? "nothing"} in ${done.ms} ms ${visible(clipped(done.answer ?? "", 500))}\n`);
      io.out(done.error === null ? "It was accepted.\n" : `${visible(done.error)}\n`);
    }
    return done.accepted ? 0 : 1;
  });
export const log = (io: Io, [webhook = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const calls = await access.call("webhookCalls", { ...which(webhook, flags), ...limitOf(flags) });
    const rows = calls.map((one) => [
      ...[one.time, one.request, one.request === null ? null : one.tries, one.events, one.status],
      ...[one.ms === null ? null : `${one.ms} ms`, visible(one.error ?? "accepted")],
    ]);
    const head = ["TIME", "REQUEST", "TRY", "EVENTS", "STATUS", "TOOK", "RESULT"];
    return showList(io, flags, calls, head, rows, "Nothing was sent yet.");
  });
export const letters = (io: Io, [webhook = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const all = await access.call("webhookDeadLetters", { ...which(webhook, flags), ...limitOf(flags) });
    const rows = all.map((one) => [one.letter, one.time, one.request, one.tries, one.events, visible(one.error)]);
    const head = ["LETTER", "TIME", "REQUEST", "TRIES", "EVENTS", "WHY"];
    return showList(io, flags, all, head, rows, "There are no dead letters.");
  });

const limitOf = ({ limit }: Flags) =>
  limit === undefined ? {} : { limit: wholeNumber("--limit", limit, 20, 1, 1000) };
