import { expect, test } from "bun:test";
import fc from "fast-check";
import { Arena } from "./arena.ts";

test("records keep their bytes and their owners, whatever is taken and given back", () => {
  const step = fc.record({ size: fc.oneof(fc.nat(40), fc.nat(300)), give: fc.nat(1000), gives: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const handles = new Map<number, { handle: number; size: number }>();
      const arena = new Arena((owner, handle) => {
        const known = handles.get(owner);
        if (known === undefined) throw new Error("a record without an owner moved");
        known.handle = handle;
      }, 256);
      let owner = 0;
      for (const { size, give, gives } of steps) {
        const owners = [...handles.keys()];
        const gone = owners[give % Math.max(1, owners.length)];
        if (gives && gone !== undefined) {
          const { handle } = handles.get(gone) as { handle: number }; // its key was just read
          handles.delete(gone);
          arena.give(handle);
        } else {
          const handle = arena.take(++owner, size);
          arena.buf.fill(owner % 251, arena.at, arena.end);
          handles.set(owner, { handle, size });
        }
      }
      let bytes = 0;
      for (const [mine, { handle, size }] of handles) {
        arena.find(handle);
        expect(arena.end - arena.at).toBe(size);
        expect(arena.buf.subarray(arena.at, arena.end).every((byte) => byte === mine % 251)).toBe(true);
        bytes += size;
      }
      expect(arena.bytes).toBe(bytes);
    }),
  );
});
