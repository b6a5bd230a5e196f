import { expect, test } from "bun:test";
import { connectOf, publishOf, Rig, TOKEN } from "./rig.testing.ts";

const PAGE = "https://cloud.example";

/** Tickets of the account that TOKEN is of, and connections that pages open. */
function world() {
  const rig = new Rig();
  let n = 0;
  const random = (size: number) => new Uint8Array(size).fill(++n);
  const issue = (signIn = "browser") =>
    rig.authority.tickets.issue({ key: "a:1", signIn, page: PAGE }, random, rig.now);
  const connect = async (token: string, page: string | undefined, more: Parameters<typeof connectOf>[0] = {}) => {
    const wire = Object.assign(rig.open(), page === undefined ? {} : { page });
    wire.send(connectOf({ token, ...more }));
    await rig.pass(1);
    return wire;
  };
  return { rig, issue, connect };
}

test("a ticket logs a page in as its account, once; elsewhere it is no token", async () => {
  const { rig, issue, connect } = world();
  const ticket = issue();
  const wire = await connect(ticket, PAGE);
  expect(wire.heard()).toEqual(["connack 0"]);
  wire.send(publishOf("dtck-pub/p/d1/T", "21.5", { qos: 1, packetId: 1 }));
  await rig.pass(1);
  expect(wire.heard()).toEqual(["puback 1 0"]);
  for (const [token, page] of [
    [ticket, PAGE],
    [issue(), "https://evil.example"],
    [issue(), undefined],
  ] as const)
    expect((await connect(token, page, { clientId: "other" })).heard()).toEqual(["connack 134"]);
  expect(rig.metrics.sessions).toBe(1);
});

test("what it opened ends with the browser's session, and nothing else does", async () => {
  const { rig, issue, connect } = world();
  const wire = await connect(issue(), PAGE, { clientId: "page" });
  const second = await connect(issue("other browser"), PAGE, { clientId: "second" });
  const device = await connect(TOKEN, undefined, { clientId: "device" });
  for (const one of [wire, second, device]) one.got();
  rig.authority.tickets.signedOut("browser");
  await rig.pass(1);
  expect([wire, second, device].map((one) => one.heard())).toEqual([["disconnect 135"], [], []]);
});

test("it opens no session that outlives its connection, whatever is asked for; revoking the last token leaves it", async () => {
  const { rig, issue, connect } = world();
  const wire = await connect(issue(), PAGE, { properties: { sessionExpiryInterval: 3600 } });
  expect(wire.got()).toMatchObject([{ type: "connack", reasonCode: 0, properties: { sessionExpiryInterval: 0 } }]);
  rig.directory.apply([{ kind: "token", op: "delete", uid: 1 }]);
  await rig.pass(1);
  expect(wire.heard()).toEqual([]);
  wire.lost();
  const old = await connect(issue(), PAGE, { version: 4, cleanStart: false, clientId: "old" });
  old.lost();
  await rig.pass(1);
  expect(rig.metrics.sessions).toBe(0);
});
