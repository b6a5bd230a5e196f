import { printPlain, type Value } from "../../measure/value.ts";
import { wholeNumber } from "../numbers.ts";
import { type Args, type Flags, given, on, show } from "../results.ts";
import { visible } from "../text.ts";
import type { Io } from "../types.ts";

interface Tried {
  readonly fields: readonly string[];
  readonly device: string | null;
  readonly computed: number;
  readonly without_result: number;
  readonly values: readonly {
    readonly time: string;
    readonly came: Readonly<Record<string, Value>>;
    readonly value: Value | null;
  }[];
}

/** `field try PRODUCT FORMULA [--field F] [--type T] [--device D] [--hours N] [--limit N]`. */
export const attempt = (io: Io, [product = "", formula = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const number = (name: "hours" | "limit", most: number) =>
      flags[name] === undefined ? {} : { [name]: wholeNumber(`--${name}`, flags[name], 0, 1, most) };
    const wish = {
      product,
      formula,
      ...given(flags, "field", "type", "device"),
      ...number("hours", 744),
      ...number("limit", 1000),
    };
    // operations.ts: the same shape
    const tried = (await access.call("fieldTry", wish)) as Tried;
    const rows = tried.values.map(({ time, came, value }) => [
      time,
      ...tried.fields.map((field) => (came[field] === undefined ? "" : visible(printPlain(came[field])))),
      value === null ? null : visible(printPlain(value)),
    ]);
    const code = show(
      io,
      flags,
      tried,
      ["TIME", ...tried.fields, "COMPUTED"],
      rows,
      "Nothing is recorded of these fields.",
    );
    if (flags.json !== true && rows.length > 0)
      io.err(`${tried.device}: ${tried.computed} computed, ${tried.without_result} without a result\n`);
    return code;
  });
