import type { FreeTopic } from "../../../live/free-store.ts";
import type { Row } from "./rows.ts";

/** The key of the line above all free topics; a platform's topic never has a blank there. */
export const FREE_ROOT = "free topics";
/** Lines that a search shows. */
const MOST_FOUND = 300;

/** The key of a level of a free topic. @param path the topic so far */
export function freeKey(path: string): string {
  return `free ${path}`;
}

interface Node {
  readonly below: Map<string, Node>;
  topic: FreeTopic | null;
  count: number;
}
const empty = (): Node => ({ below: new Map(), topic: null, count: 0 });

/**
 * The lines of free topics, one for each level, as far as they are open.
 * @param topics in their order @param search what a topic must hold, in any case; what fits is open
 * @param open keys of lines whose levels below are shown; the root's means that it is closed
 */
export function freeRowsOf(topics: readonly FreeTopic[], search: string, open: ReadonlySet<string>): readonly Row[] {
  const wanted = search.toLowerCase();
  const fits =
    wanted === "" ? topics : topics.filter(({ topic }) => topic.toLowerCase().includes(wanted)).slice(0, MOST_FOUND);
  const root = empty();
  for (const one of fits) {
    let node = root;
    node.count++;
    for (const level of one.topic.split("/")) {
      const next = node.below.get(level) ?? empty();
      node.below.set(level, next);
      next.count++;
      node = next;
    }
    node.topic = one;
  }
  const isOpen = wanted !== "" || !open.has(FREE_ROOT);
  const rows: Row[] = [
    { key: FREE_ROOT, level: 1, name: "", label: "", kind: "freeRoot", open: isOpen, count: topics.length },
  ];
  if (isOpen) put(rows, root, "", 2, (key) => wanted !== "" || open.has(key));
  return rows;
}
function put(rows: Row[], node: Node, before: string, level: number, isOpen: (key: string) => boolean): void {
  for (const [name, one] of node.below) {
    const { below, topic, count } = one;
    const path = `${before}${name}`;
    const key = freeKey(path);
    const has = below.size > 0;
    const opened = has && isOpen(key);
    const shown = topic === null ? {} : { free: topic };
    rows.push({
      ...{ key, level, name, label: "", kind: "free", path, ...shown },
      ...(has && { open: opened, count: count - (topic === null ? 0 : 1) }),
    });
    if (opened) put(rows, one, `${path}/`, level + 1, isOpen);
  }
}
