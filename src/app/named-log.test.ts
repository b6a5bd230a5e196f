import { expect, test } from "bun:test";
import { Directory } from "../fleet/directory.ts";
import { namedLog } from "./named-log.ts";

const PRODUCT = { name: "", retainLastValues: true, publishBackfill: false, boolText: "true" } as const;

test("the log names accounts beside their keys, and says the key of one that is gone", () => {
  const directory = new Directory();
  directory.apply([
    { kind: "workspace", op: "put", row: { uid: 1, slug: "home", name: "" } },
    { kind: "product", op: "put", row: { ...PRODUCT, uid: 1, workspace: 1, slug: "sensors" } },
    { kind: "apiUser", op: "put", row: { uid: 1, workspace: 1, name: "device 1", mqtt: true, grants: [] } },
    { kind: "user", op: "put", row: { uid: 1, email: "owner@localhost", admin: true } },
  ]);
  const said: object[] = [];
  const say = (fields: object) => void said.push(fields);
  let there = false;
  const log = namedLog({ debug: say, info: say, warn: say, error: say }, () => (there ? directory : null));
  log.info({ principal: "a:1" }, "");
  there = true;
  for (const principal of ["a:1", "u:1", "p:1", "a:9", "p:9", ""]) log.info({ principal }, "");
  log.warn({ client: "x" }, "");
  expect(said).toEqual([
    { principal: "a:1" },
    { principal: "a:1", account: "device 1@home" },
    { principal: "u:1", account: "owner@localhost" },
    // not the API user of the same number
    { principal: "p:1", account: "integration of sensors" },
    { principal: "a:9", account: "a:9" },
    { principal: "p:9", account: "integration of p:9" },
    { principal: "" },
    { client: "x" },
  ]);
});
