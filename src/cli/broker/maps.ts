import { readScript, textOf } from "../decoder/script.ts";
import { oneShown } from "../decoder/try-product.ts";
import { UsageError } from "../failure.ts";
import { type Args, type Flags, given, on, show } from "../results.ts";
import { json, visible } from "../text.ts";
import type { Io } from "../types.ts";

/** `broker maps`, `broker try`, and the map that the flags of a route say. */

export const maps = (io: Io, _: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const all = await access.call("mapList", {});
    const rows = all.map(({ name, title, filters }) => [name, title, filters.join(" ")]);
    return show(io, flags, all, ["MAP", "OF", "SUBSCRIBE TO"], rows, "There are none.");
  });

export const tryOne = (io: Io, [filter = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const answer = await access.call("mapTry", {
      ...given(flags, "workspace"),
      ...{ filter, map: mapOf(io, flags), topic: flags.topic, payload: textOf(io, flags.payload ?? "") },
    });
    const { problem, matches, subscription, tried, events } = answer;
    if (flags.json === true) io.out(json(answer));
    else {
      if (!matches)
        io.out(`note: the topic does not come by the filter, which subscribes to ${visible(subscription)}\n`);
      for (const { kind, dev_eui: devEui, text } of events) io.out(`${kind} of ${devEui}: ${visible(text)}\n`);
      io.out(problem === null ? oneShown(io, tried) : `${visible(problem)}\n`);
    }
    return problem !== null || tried.error !== null ? 1 : 0;
  });

/** `--ready` with `--base`, `--decoder`, or `--map`. @throws UsageError */
export function mapOf(io: Io, flags: Flags): unknown {
  const { ready, decoder, map } = flags;
  if ([ready, decoder, map].filter((one) => one !== undefined).length !== 1)
    throw new UsageError("say how it is read: one of --ready MAP, --decoder with --product, and --map FILE");
  if (ready !== undefined) return { kind: "ready", name: ready, ...given(flags, "base", "product") };
  if (decoder !== undefined) return { kind: "decoder", ...given(flags, "product") };
  try {
    const read: unknown = JSON.parse(readScript(io, String(map)));
    return typeof read === "object" && read !== null ? { ...read, ...given(flags, "product") } : read;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError("--map: the file is no JSON");
  }
}
