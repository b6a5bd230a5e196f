import { expect, test } from "bun:test";
import type { AuditEntry } from "../../../../sdk/operations.js";
import { home } from "../../text/en/home.ts";
import { actionText, deedsOf } from "./activity.ts";

const entry = (id: number, actor: string, action: string, target: string) =>
  ({ id, time: `2026-03-01T12:00:0${id}Z`, actor: { name: actor }, action, target: { name: target } }) as AuditEntry; // what is looked at

test("what one actor did many times in a row is one line; another actor or action begins the next", () => {
  const deeds = deedsOf([
    entry(5, "ann", "device.create", "c"),
    entry(4, "ann", "device.create", "b"),
    entry(3, "bob", "device.create", "a"),
    entry(2, "ann", "device.create", "d"),
    entry(1, "ann", "device.delete", "e"),
  ]);
  expect(deeds.map(({ id, actor, targets }) => [id, actor, targets])).toEqual([
    [5, "ann", ["c", "b"]],
    [3, "bob", ["a"]],
    [2, "ann", ["d"]],
    [1, "ann", ["e"]],
  ]);
  expect(deedsOf([])).toEqual([]);
});

test("an action is said in words; one without words stays as it is spelt", () => {
  expect(actionText("device.create", home)).toBe("device created");
  expect(actionText("api_user.delete", home)).toBe("API user deleted");
  expect(actionText("gateway.turned_off", home)).toBe("gateway turned off");
});
