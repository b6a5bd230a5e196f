const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * The range that is asked for: `msg.from` and `msg.to` before the node's own setting.
 * @param {{last?: string}} set how far back, `24h`, `7d`; empty: from `msg.from`
 * @param {{from?: unknown, to?: unknown}} msg Dates, milliseconds, or texts as the API takes them
 * @param {number} now milliseconds
 * @returns {{from?: string, to?: string}}
 * @throws {Error} in words
 */
function rangeOf({ last }, { from, to }, now) {
  const end = momentOf(to, "to");
  const start = momentOf(from, "from");
  if (start !== undefined || !last) return { from: start, to: end };
  const found = /^\s*(\d+)\s*([smhdw])\s*$/.exec(String(last));
  if (!found) throw new Error(`"${last}" is no length of time: write 30m, 24h, 7d or 4w.`);
  const until = end === undefined ? now : new Date(end).getTime();
  return { from: new Date(until - Number(found[1]) * UNITS[found[2]]).toISOString(), to: end };
}

function momentOf(given, name) {
  if (given === undefined || given === null || given === "") return undefined;
  if (typeof given === "string") return given;
  const date = new Date(given);
  if (Number.isNaN(date.getTime())) throw new Error(`msg.${name} is no time.`);
  return date.toISOString();
}

module.exports = { rangeOf };
