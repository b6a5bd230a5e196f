import { describe, expect, test } from "bun:test";
import { TokenUses } from "./uses.ts";

describe("uses of tokens", () => {
  test("the last one counts; what is new is taken once", () => {
    const uses = new TokenUses();
    uses.restore([{ token: 1, time: 5, address: "192.0.2.1" }]);
    expect(uses.take()).toEqual([]);
    uses.note(1, 2_000_000, "192.0.2.1");
    uses.note(2, 3_000_000, "192.0.2.2");
    uses.note(2, 3_000_001, "192.0.2.3");
    const taken = [
      { token: 1, time: 2_000_000, address: "192.0.2.1" },
      { token: 2, time: 3_000_001, address: "192.0.2.3" },
    ];
    expect(uses.take()).toEqual(taken);
    expect(uses.take()).toEqual([]);
    expect([uses.of(2), uses.of(9)]).toEqual([taken[1] ?? null, null]);
    uses.again(taken);
    uses.forget(1);
    expect([uses.of(1), uses.take()]).toEqual([null, taken.slice(1)]);
  });
  test("uses from one address within a second are one, and somebody without a token is nobody", () => {
    const uses = new TokenUses();
    uses.note(0, 1, "192.0.2.1");
    uses.note(1, 1, "192.0.2.1");
    uses.note(1, 1_000_000, "192.0.2.1");
    expect(uses.take()).toEqual([{ token: 1, time: 1, address: "192.0.2.1" }]);
    uses.note(1, 1_000_001, "192.0.2.1");
    expect(uses.take()).toHaveLength(1);
  });
});
