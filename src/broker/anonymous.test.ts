import { expect, test } from "bun:test";
import { Authority } from "../auth/authority.ts";
import { Directory } from "../fleet/directory.ts";
import { isLoopback } from "../base/address.ts";
import { apiUserKey, anonymousLogin } from "./anonymous.ts";

const RULE = { workspace: "acme", name: "guests", anywhere: false };

function world(mqtt: boolean) {
  const directory = new Directory();
  const authority = new Authority(directory);
  directory.apply([
    { kind: "workspace", op: "put", row: { uid: 1, slug: "acme", name: "Acme" } },
    { kind: "workspace", op: "put", row: { uid: 2, slug: "other", name: "Other" } },
    { kind: "apiUser", op: "put", row: { uid: 7, workspace: 1, name: "guests", mqtt, grants: [] } },
    { kind: "apiUser", op: "put", row: { uid: 8, workspace: 2, name: "others", mqtt, grants: [] } },
  ]);
  return { directory, authority };
}

test("2: a client without credentials acts as the API user that the setting names, from this machine only", () => {
  const { directory, authority } = world(true);
  const login = anonymousLogin(RULE, directory, authority);
  expect(login(true)?.key).toBe("a:7");
  expect(login(false)).toBeNull();
  expect(anonymousLogin({ ...RULE, anywhere: true }, directory, authority)(false)?.key).toBe("a:7");
});

test("2: nobody is let in without the setting, without the API user, or without MQTT", () => {
  const { directory, authority } = world(true);
  expect(anonymousLogin(null, directory, authority)(true)).toBeNull();
  expect(apiUserKey({ ...RULE, name: "others" }, directory)).toBeNull();
  const login = anonymousLogin(RULE, directory, authority);
  directory.apply([{ kind: "apiUser", op: "delete", uid: 7 }]);
  expect(login(true)).toBeNull();
  const switchedOff = world(false);
  expect(anonymousLogin(RULE, switchedOff.directory, switchedOff.authority)(true)).toBeNull();
});

test("an address that only looks like loopback is none", () => {
  for (const own of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"]) expect(isLoopback(own)).toBe(true);
  for (const far of ["127", "12.7.0.0.1", "::ffff:12.7.0.1", "1::1", "localhost"]) expect(isLoopback(far)).toBe(false);
});
