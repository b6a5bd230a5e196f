import { describe, expect, test } from "bun:test";
import { faultsOfHearing, faultsOfSharing, Ledger } from "./ledger.ts";

describe("what is stored", () => {
  const ledger = new Ledger();
  ledger.begin("a-1", "one", "repeatable");
  ledger.begin("b-1", "one", "once", 2);
  ledger.begin("b-2", "one", "once");
  ledger.begin("c-1", "other", "once");
  ledger.acknowledge("a-1");
  ledger.acknowledge("b-1");
  ledger.acknowledge("b-1");
  test.each([
    ["as promised; what was not acknowledged may be missing", ["a-1/0", "b-1/0", "b-1/1"], 0],
    ["what was not acknowledged may be there, and QoS 1 twice", ["a-1/0", "a-1/0", "b-1/0", "b-1/1", "b-2/0"], 0],
    ["an acknowledged write is lost", ["b-1/0", "b-1/1"], 1],
    ["half a batch", ["a-1/0", "b-1/1"], 1],
    ["stored twice", ["a-1/0", "b-1/0", "b-1/1", "b-2/0", "b-2/0"], 1],
    ["of another device", ["a-1/0", "b-1/0", "b-1/1", "c-1/0"], 1],
    ["never written", ["a-1/0", "b-1/0", "b-1/1", "x-1/0"], 1],
  ])("%s", (_, stored, faults) => {
    expect(ledger.faultsOf("one", stored)).toHaveLength(faults);
  });
  test("acknowledged is counted once", () => {
    expect(ledger.acknowledged).toBe(2);
  });
});

describe("what is heard", () => {
  test.each([
    ["once", ["a", "b", "c"], ["a", "b", "c"], 0],
    ["once", ["a", "b", "b"], ["a", "b", "b"], 0],
    ["once", ["a", "b", "c"], ["a", "c"], 1],
    ["once", ["a", "b", "c"], ["a", "b", "b", "c"], 1],
    ["once", ["a", "b", "c"], ["a", "c", "b"], 1],
    ["once", ["a", "b"], ["a", "b", "x"], 1],
    ["least-once", ["a", "b", "c"], ["a", "b", "a", "b", "c"], 0],
    ["least-once", ["a", "b", "c"], ["a", "b", "a", "b"], 1],
    ["least-once", ["a", "b", "c"], ["b", "a", "c"], 1],
    ["some", ["a", "b", "c"], ["a", "c"], 0],
    ["some", ["a", "b", "c"], ["a", "a"], 1],
    ["some", ["a", "b", "c"], ["c", "a"], 1],
    ["least-some", ["a", "b", "c"], ["a", "a", "c", "a"], 0],
    ["least-some", ["a", "b", "c"], ["c", "b"], 1],
  ] as const)("%s of %p: %p", (how, stored, heard, faults) => {
    expect(faultsOfHearing("x", how, stored, heard)).toHaveLength(faults);
  });
  test.each([
    [["a", "b", "b"], ["b", "a", "b"], 0],
    [["a", "b"], ["a"], 1],
    [["a", "b"], ["a", "a", "b"], 1],
    [["a"], ["a", "x"], 1],
  ])("shared, of %p: %p", (stored, heard, faults) => {
    expect(faultsOfSharing("x", stored, heard)).toHaveLength(faults);
  });
});
