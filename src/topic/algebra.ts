import { levels } from "./names.ts";

/**
 * What filters have in common, decided on the filters alone: no topic need exist. All filters here are valid ones
 * without `$share`. Whoever decides over rights asks these, so that rights and matching can never mean different things.
 */

/**
 * The topics that match both filters, as one filter; null when there are none. There is always one filter that says it:
 * level by level a literal wins over `+`, and `#` takes over what the other has left.
 */
export function intersect(a: string, b: string): string | null {
  const left = levels(a);
  const right = levels(b);
  // wildcards in front never match what begins with `$` [MQTT-4.7.2-1]
  if ((isWild(left[0]) && isOwn(right[0])) || (isWild(right[0]) && isOwn(left[0]))) return null;
  const common: string[] = [];
  for (let i = 0; ; i++) {
    const x = left[i];
    const y = right[i];
    if (x === "#") return named(common.concat(right.slice(i)));
    if (y === "#") return named(common.concat(left.slice(i)));
    if (x === undefined || y === undefined) return x === y ? named(common) : null;
    if (x !== y && x !== "+" && y !== "+") return null;
    common.push(x === "+" ? y : x);
  }
}

/** Whether every topic that matches `inner` matches `outer`, too. */
export function covers(outer: string, inner: string): boolean {
  const wide = levels(outer);
  const narrow = spelledOut(levels(inner));
  if (isWild(wide[0]) && isOwn(narrow[0])) return false; // [MQTT-4.7.2-1]
  for (let i = 0; ; i++) {
    const w = wide[i];
    const n = narrow[i];
    if (w === "#") return true;
    if (w === undefined || n === undefined) return w === n;
    if (n === "#" || (w !== "+" && w !== n)) return false;
  }
}

/**
 * A topic has a first level, and an only level is never empty [MQTT-4.7.3-1]: `#` is `+/#`, and `/#`, whose parent is no
 * topic, is `/+/#`.
 */
function spelledOut(filter: readonly string[]): readonly string[] {
  if (filter[0] === "#") return ["+", "#"];
  return filter.length === 2 && filter[0] === "" && filter[1] === "#" ? ["", "+", "#"] : filter;
}

/** No topic is the empty text [MQTT-4.7.3-1]: the parent level of `/#`, which `+` would match, is none. */
function named(parts: readonly string[]): string | null {
  const text = parts.join("/");
  return text === "" ? null : text;
}
function isWild(level: string | undefined): boolean {
  return level === "+" || level === "#";
}
function isOwn(level: string | undefined): boolean {
  return level?.startsWith("$") === true;
}
