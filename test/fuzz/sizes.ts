/** What is never walked into: bytes, and what is not the broker's own. */
const LEAVES: readonly (abstract new (...args: never[]) => object)[] = [
  ArrayBuffer,
  DataView,
  Promise,
  WeakMap,
  Date,
  RegExp,
];

/**
 * Sizes of all maps, sets and arrays that can be reached from an object, by the path that leads there first. Arrays of
 * bytes and numbers are left out: they are buffers.
 */
export function sizesOf(root: object, most = 2_000_000): Map<string, number> {
  const sizes = new Map<string, number>();
  const seen = new Set<object>([root]);
  const queue: [object, string][] = [[root, ""]];
  for (let i = 0; i < queue.length && seen.size < most; i++) {
    const [object, path] = queue[i] as [object, string]; // i < length
    const inside = childrenOf(object, path);
    if (inside.size >= 0) sizes.set(path, inside.size + (sizes.get(path) ?? 0));
    for (const [child, name] of inside.children) {
      if (typeof child !== "object" || child === null || seen.has(child) || ArrayBuffer.isView(child)) continue;
      if (LEAVES.some((kind) => child instanceof kind)) continue;
      seen.add(child);
      queue.push([child, name]);
    }
  }
  return sizes;
}

interface Inside {
  /** -1: it is no collection. */
  readonly size: number;
  readonly children: readonly (readonly [unknown, string])[];
}
function childrenOf(object: object, path: string): Inside {
  if (object instanceof Map) {
    const children = [...object].flatMap(([key, value]) => [
      [key, `${path}{}`] as const,
      [value, `${path}[]`] as const,
    ]);
    return { size: object.size, children };
  }
  if (object instanceof Set || Array.isArray(object)) {
    const all = [...object];
    return { size: all.length, children: all.map((one) => [one, `${path}[]`] as const) };
  }
  return { size: -1, children: Object.entries(object).map(([name, value]) => [value, `${path}.${name}`] as const) };
}
