import { describe, expect, test } from "bun:test";
import { connectOf, type FakeWire, OTHER, Rig, TOKEN } from "./rig.testing.ts";

const utf8 = new TextEncoder();
/** What is sent instead of user name and password. */
const nothing = { userName: undefined, password: undefined } as object;

async function answer(rig: Rig, certificate: string | null, wish: object): Promise<string[]> {
  const wire = rig.open();
  wire.certificate = certificate;
  wire.send(connectOf({ clientId: "c", ...wish }));
  await rig.pass(10);
  return wire.heard();
}

describe("client certificates", () => {
  test("who shows one that names an API user needs no password, whatever the version", async () => {
    for (const version of [5, 4, 3] as const)
      for (const wish of [nothing, { userName: "", password: undefined }])
        expect(await answer(new Rig(), "w/all", { version, ...wish })).toEqual(["connack 0"]);
  });
  test("it acts as that API user: its rights, its sessions", async () => {
    const rig = new Rig();
    expect(await answer(rig, "w/other", { ...nothing })).toEqual(["connack 0"]);
    expect([...rig.broker.sessions.values()].map((s) => s.principal.key)).toEqual(["a:2"]);
  });
  test.each(["", "all", "w/", "/all", "w/nobody", "W/all", "x/all", "w/all ", " w/all", "w/all/", "w//all"])(
    "a name that is no API user's lets nobody in, not even with a good token: %p",
    async (name) => {
      expect(await answer(new Rig(), name, { ...nothing })).toEqual(["connack 135"]);
      expect(await answer(new Rig(), name, {})).toEqual(["connack 135"]);
      expect(await answer(new Rig(), name, { version: 4, ...nothing })).toEqual(["connack 5"]);
    },
  );
  test("a token beside it must be of the same account", async () => {
    expect(await answer(new Rig(), "w/all", { token: TOKEN })).toEqual(["connack 0"]);
    expect(await answer(new Rig(), "w/other", { token: OTHER })).toEqual(["connack 0"]);
    expect(await answer(new Rig(), "w/all", { token: OTHER })).toEqual(["connack 135"]);
    expect(await answer(new Rig(), "w/other", { token: TOKEN })).toEqual(["connack 135"]);
    expect(await answer(new Rig(), "w/all", { token: "c".repeat(40) })).toEqual(["connack 134"]);
  });
  test("an empty password, and an SDK's name as user name, are no credentials either", async () => {
    for (const userName of [undefined, "", "?SDK=x"])
      expect(await answer(new Rig(), "w/all", { userName, password: utf8.encode("") })).toEqual(["connack 0"]);
  });
  test("the token may stand in one of the fields alone, and must be of the same account", async () => {
    for (const password of [undefined, utf8.encode("")]) {
      expect(await answer(new Rig(), "w/all", { userName: TOKEN, password })).toEqual(["connack 0"]);
      expect(await answer(new Rig(), "w/all", { userName: OTHER, password })).toEqual(["connack 135"]);
    }
    expect(await answer(new Rig(), "w/all", { userName: "", password: utf8.encode(OTHER) })).toEqual(["connack 135"]);
  });
  test("CVE-2016-9877: the name of an account without a password does not log in beside it either", async () => {
    for (const userName of ["all", "w/all"])
      for (const password of [undefined, utf8.encode("")])
        expect(await answer(new Rig(), "w/all", { userName, password })).toEqual(["connack 134"]);
  });
  test("without one all is as before: a token, or nothing", async () => {
    expect(await answer(new Rig(), null, {})).toEqual(["connack 0"]);
    expect(await answer(new Rig(), null, { ...nothing })).toEqual(["connack 134"]);
  });
  test("an API user that may not use MQTT is refused, and cut off when that is taken from it", async () => {
    const rig = new Rig();
    const login = async (): Promise<FakeWire> => {
      const wire = rig.open();
      wire.certificate = "w/other";
      wire.send(connectOf({ clientId: "c", ...nothing }));
      await rig.pass(10);
      return wire;
    };
    const wire = await login();
    expect(wire.heard()).toEqual(["connack 0"]);
    rig.grant([], false);
    await rig.settle();
    expect(wire.heard()).toEqual(["disconnect 135"]);
    expect((await login()).heard()).toEqual(["connack 135"]);
  });
  test("tokens that are revoked do not concern it; when its API user goes it is cut off", async () => {
    const rig = new Rig();
    const wire = rig.open();
    wire.certificate = "w/other";
    wire.send(connectOf({ clientId: "c", ...nothing }));
    await rig.settle();
    rig.directory.apply([{ kind: "token", op: "delete", uid: 2 }]);
    await rig.settle();
    expect(wire.heard()).toEqual(["connack 0"]);
    rig.directory.apply([{ kind: "apiUser", op: "delete", uid: 2 }]);
    await rig.settle();
    expect(wire.heard()).toEqual(["disconnect 135"]);
  });
});
