import { expect, test } from "bun:test";
import { operations } from "../../admin/operations.ts";
import type { OperationsDeps } from "../../admin/types.ts";
import { NOW, OWNER } from "../http.testing.ts";
import { makeApi } from "./api.testing.ts";

test.each([
  ["/workspaces/w", "workspaceDelete", { workspace: "w" }],
  ["/products/p", "productDelete", { product: "p" }],
  ["/products/p/devices/d1", "devicesDelete", { product: "p", device: "d1" }],
  ["/workspaces/w/api-users/1", "apiUserDelete", { who: "one@w" }],
] as const)("DELETE %s and the command %s say the same of what goes", async (path, name, wish) => {
  const world = makeApi();
  for (const [device, field] of [
    [1, 1],
    [1, 3],
    [2, 1],
    [3, 5],
    [6, 1],
  ] as const)
    world.data.put(device, field, NOW, 1);
  const { api, ...rest } = world;
  // people are not asked here, and nothing is swept
  const table = operations(rest as unknown as OperationsDeps);
  const { body } = await api("DELETE", `${path}?dry_run=true`, OWNER);
  const { takes } = await table[name]({ ...wish, dryRun: true });
  const { apiUsers, ...same } = takes;
  expect(body.takes).toEqual({ ...same, api_users: apiUsers });
  expect(body.takes.series + body.takes.api_users).toBeGreaterThan(0);
});
