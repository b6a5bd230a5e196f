import { describe, expect, test } from "bun:test";
import { NEW_NETWORK, networkBodyOf, networkFormOf } from "./network-form.ts";

describe("the form of a network", () => {
  test("a new one says what was typed; what its type has no use for is left out", () => {
    const form = {
      ...NEW_NETWORK,
      name: "n",
      type: "helium" as const,
      server: " https://h.example ",
      webhook: "x",
      key: "k",
    };
    expect(networkBodyOf(form, true)).toEqual({ type: "helium", server: "https://h.example" });
  });

  test("a key that was not typed stays; one that is of no use any more, or is dropped, goes", () => {
    const known = networkFormOf({
      name: "n",
      workspace: "w",
      type: "tti",
      server: "https://a.example",
      application: "a",
      webhook: "w",
      has_key: true,
      products: [],
    });
    const same = { type: "tti" as const, server: "https://a.example", application: "a", webhook: "w" };
    expect(networkBodyOf(known, false)).toEqual(same);
    expect(networkBodyOf({ ...known, key: "k" }, false)).toEqual({ ...same, key: "k" });
    expect(networkBodyOf({ ...known, dropsKey: true }, false)).toEqual({ ...same, key: null });
    expect(networkBodyOf({ ...known, type: "helium" }, false)).toEqual({
      type: "helium",
      server: "https://a.example",
      application: null,
      webhook: null,
      key: null,
    });
  });
});
