import { describe, expect, test } from "bun:test";
import { Secret, TOTP } from "otpauth";
import { HERE, MINUTE, PASSWORD } from "../../people/people.testing.ts";
import { makePeopleHttp, OWNER } from "./people.testing.ts";

const NEXT = "eight yellow bottles";
const ROUTES: [string, string, object | null][] = [
  ["GET", "/api/v1/account", null],
  ["POST", "/api/v1/account/password", { current: PASSWORD, next: NEXT }],
  ["GET", "/api/v1/account/sessions", null],
  ["DELETE", "/api/v1/account/sessions/0123456789abcdef", null],
  ["POST", "/api/v1/account/sign-out-everywhere", {}],
  ["POST", "/api/v1/account/second-factor", { password: PASSWORD }],
  ["POST", "/api/v1/account/second-factor/confirm", { code: "000000" }],
  ["POST", "/api/v1/account/second-factor/recovery-codes", { password: PASSWORD, code: "000000" }],
  ["POST", "/api/v1/account/second-factor/disable", { password: PASSWORD, code: "000000" }],
  ["GET", "/api/v1/account/tokens", null],
  ["POST", "/api/v1/account/tokens", {}],
  ["DELETE", "/api/v1/account/tokens/1", null],
  ["POST", "/api/v1/account/tokens/1/rotate", {}],
  ["GET", "/api/v1/account/preferences", null],
  ["PUT", "/api/v1/account/preferences/views", { value: 1 }],
  ["POST", "/api/v1/account/mqtt-tickets", {}],
  ["POST", "/api/v1/auth/sign-out", {}],
];

test("a good token where only people may ask is no failed login; one that is not known is", async () => {
  const { ask, fleet, braked } = await makePeopleHttp();
  const { token } = await fleet.createToken(OWNER);
  expect((await ask("GET", "/api/v1/account", null, { token })).code).toBe("sign_in_needed");
  expect(braked.failed).toEqual([]);
  const unknown = "0123456789abcdef0123456789abcdef01234567";
  expect((await ask("GET", "/api/v1/products", null, { token: unknown })).code).toBe("unknown_token");
  expect(braked.failed).toHaveLength(1);
});

describe("every address of the account", () => {
  test.each(ROUTES)("%s %s is for who is signed in: nobody, and no token, may", async (method, path, body) => {
    const { ask, fleet, store, owner } = await makePeopleHttp();
    const { token } = await fleet.createToken(OWNER);
    const before = JSON.stringify([await store.login(owner), fleet.listTokens()]);
    expect([(await ask(method, path, body)).status, (await ask(method, path, body)).code]).toEqual([
      401,
      "sign_in_needed",
    ]);
    expect((await ask(method, path, body, { token })).code).toBe("sign_in_needed");
    expect(JSON.stringify([await store.login(owner), fleet.listTokens()])).toBe(before);
  });
  test.each(ROUTES.filter(([method]) => method !== "GET"))("%s %s takes the CSRF token", async (method, path, body) => {
    const { ask, enter, store, owner, fleet } = await makePeopleHttp();
    const { cookie } = await enter();
    const before = JSON.stringify([await store.login(owner), fleet.listTokens(), await store.signIns()]);
    expect((await ask(method, path, body, { cookie })).code).toBe("cross_site");
    expect(JSON.stringify([await store.login(owner), fleet.listTokens(), await store.signIns()])).toBe(before);
  });
});

describe("preferences", () => {
  const at = (name: string) => `/api/v1/account/preferences/${name}`;

  test("are kept for the account, for everything or for a workspace, and null takes them away", async () => {
    const { ask, enter, time } = await makePeopleHttp();
    const who = await enter();
    const list = async () => (await ask("GET", "/api/v1/account/preferences", null, who)).json.items;
    expect(await list()).toEqual([]);
    const views = [{ name: "Kälte", search: { q: "frost" } }];
    expect((await ask("PUT", at("devices.views"), { workspace: "home", value: views }, who)).json).toEqual({
      ok: true,
    });
    await ask("PUT", at("theme"), { value: "dark" }, who);
    await ask("PUT", at("theme"), { value: "light" }, who);
    const changed = new Date(time.now / 1000).toISOString().slice(0, 19);
    const known = await list();
    expect(known).toMatchObject([
      { name: "devices.views", workspace: "home", value: views },
      { name: "theme", workspace: null, value: "light" },
    ]);
    expect((known as { changed: string }[])[0]?.changed).toStartWith(changed);
    // another browser of the same account
    expect((await ask("GET", "/api/v1/account/preferences", null, await enter())).json.items).toEqual(known);
    await ask("PUT", at("theme"), { value: null }, who);
    expect(await list()).toMatchObject([{ name: "devices.views" }]);
  });

  test("nobody sees those of others, nor of a workspace that is not theirs", async () => {
    const { ask, enter, people, directory, owner } = await makePeopleHttp();
    const who = await enter();
    await ask("PUT", at("theme"), { value: "dark" }, who);
    const home = directory.workspaceBySlug("home")?.uid ?? 0;
    const invitation = { email: "guest@example.com", workspace: home, role: "observer" } as const;
    const { link } = await people.links.invite(owner, invitation, HERE);
    await people.joining.accept(link.slice(link.lastIndexOf("/") + 1), NEXT, null, HERE);
    const guest = await enter("guest@example.com", NEXT);
    expect((await ask("GET", "/api/v1/account/preferences", null, guest)).json.items).toEqual([]);
    directory.apply([{ kind: "workspace", op: "put", row: { uid: 900, slug: "elsewhere", name: "Elsewhere" } }]);
    const put = (workspace: string) => ask("PUT", at("views"), { workspace, value: 1 }, guest);
    expect([(await put("elsewhere")).code, (await put("nowhere")).code]).toEqual(["not_found", "not_found"]);
    expect((await put("home")).status).toBe(200);
    // not a member any more: it is kept, and not shown
    for (const { uid } of directory.membersOf(home).filter(({ user }) => user !== owner))
      directory.apply([{ kind: "membership", op: "delete", uid }]);
    expect((await ask("GET", "/api/v1/account/preferences", null, guest)).json.items).toEqual([]);
  });

  test("are bounded, in size, number and names", async () => {
    const { ask, enter, store, owner } = await makePeopleHttp();
    const who = await enter();
    expect((await ask("PUT", at("big"), { value: "x".repeat(8190) }, who)).status).toBe(200);
    expect((await ask("PUT", at("big"), { value: "x".repeat(8191) }, who)).code).toBe("value_too_large");
    for (const name of ["No", "1st", "a b", "x".repeat(65)])
      expect((await ask("PUT", at(encodeURIComponent(name)), { value: 1 }, who)).code).toBe("invalid_request");
    expect((await ask("PUT", at("x"), { value: 1, more: 2 }, who)).code).toBe("invalid_request");
    for (let n = 1; n < 200; n++)
      await store.change([
        { op: "preference_put", preference: { user: owner, workspace: null, name: `p${n}`, value: "1", changed: 1 } },
      ]);
    expect((await ask("PUT", at("one-more"), { value: 1 }, who)).code).toBe("quota_exceeded");
    expect((await ask("PUT", at("big"), { value: 2 }, who)).status).toBe(200);
    await ask("PUT", at("p1"), { value: null }, who);
    expect((await ask("PUT", at("one-more"), { value: 1 }, who)).status).toBe(200);
  });
});

test("the account shows no secret", async () => {
  const { ask, enter } = await makePeopleHttp();
  const { json } = await ask("GET", "/api/v1/account", null, await enter());
  expect(json).toEqual({
    email: OWNER,
    admin: true,
    password_set: "2026-03-01T12:00:00Z",
    second_factor: false,
    recovery_codes: 0,
    workspaces: [{ slug: "home", name: "Home", role: "owner" }],
  });
});

test("the password is changed with the current one; other browsers are signed out", async () => {
  const { ask, enter } = await makePeopleHttp();
  const own = await enter();
  const other = await enter();
  const change = (current: string, next: string) => ask("POST", "/api/v1/account/password", { current, next }, own);
  expect((await change("wrong", NEXT)).code).toBe("sign_in_failed");
  expect((await change(PASSWORD, "short")).code).toBe("weak_password");
  expect((await change(PASSWORD, NEXT)).status).toBe(200);
  expect((await ask("GET", "/api/v1/account", null, own)).status).toBe(200);
  expect((await ask("GET", "/api/v1/account", null, other)).code).toBe("sign_in_needed");
  expect((await enter(OWNER, NEXT)).csrf).not.toBe("");
});

test("browsers are listed and signed out, the own ones alone", async () => {
  const { ask, enter, people } = await makePeopleHttp();
  await people.create({ email: "ann@x", admin: false, workspace: "home", role: "owner" });
  await people.setPassword("ann@x", NEXT);
  const own = await enter();
  const other = await enter(OWNER, PASSWORD, { headers: { "User-Agent": "a phone" }, from: "198.51.100.7" });
  const ann = await enter("ann@x", NEXT);
  const list = async (who: typeof own) =>
    (await ask("GET", "/api/v1/account/sessions", null, who)).json.items as {
      id: string;
      current: boolean;
      agent: string;
      address: string;
    }[];
  expect(await list(own)).toHaveLength(2);
  const phone = (await list(own)).find((one) => !one.current);
  expect(phone).toMatchObject({ agent: "a phone", address: "198.51.100.7" });
  expect((await ask("DELETE", `/api/v1/account/sessions/${phone?.id}`, null, ann)).code).toBe("not_found");
  expect((await ask("DELETE", `/api/v1/account/sessions/${phone?.id}`, null, own)).status).toBe(200);
  expect((await ask("GET", "/api/v1/account", null, other)).code).toBe("sign_in_needed");
  expect((await ask("POST", "/api/v1/account/sign-out-everywhere", { keep_this: true }, own)).status).toBe(200);
  expect(await list(own)).toHaveLength(1);
  expect(await list(ann)).toHaveLength(1);
  const out = await ask("POST", "/api/v1/account/sign-out-everywhere", {}, own);
  expect(out.headers.get("Set-Cookie")).toContain("Max-Age=0");
  expect((await ask("GET", "/api/v1/account", null, own)).code).toBe("sign_in_needed");
});

test("the second factor: on with a code, asked for at the next sign-in, off with password and code", async () => {
  const { ask, enter, time } = await makePeopleHttp();
  const own = await enter();
  const begun = await ask("POST", "/api/v1/account/second-factor", { password: PASSWORD }, own);
  const secret = String(begun.json.secret);
  expect(begun.json.uri).toContain(secret);
  const code = () => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: time.now / 1000 });
  const confirmed = await ask("POST", "/api/v1/account/second-factor/confirm", { code: code() }, own);
  const codes = confirmed.json.recovery_codes as string[];
  expect(codes).toHaveLength(10);
  time.now += MINUTE;
  const without = await ask("POST", "/api/v1/auth/sign-in", { email: OWNER, password: PASSWORD });
  expect([without.status, without.code]).toEqual([401, "second_factor_needed"]);
  await enter(OWNER, PASSWORD, { code: code() });
  await enter(OWNER, PASSWORD, { code: codes[0] ?? "" });
  time.now += MINUTE;
  const renew = { password: PASSWORD, code: code() };
  expect(
    (await ask("POST", "/api/v1/account/second-factor/recovery-codes", renew, own)).json.recovery_codes,
  ).toHaveLength(10);
  time.now += MINUTE;
  expect(
    (await ask("POST", "/api/v1/account/second-factor/disable", { password: PASSWORD, code: code() }, own)).status,
  ).toBe(200);
  expect((await enter()).csrf).not.toBe("");
});

describe("personal tokens", () => {
  test("are shown once, listed without themselves, rotated and revoked", async () => {
    const { ask, enter, authority, time, events } = await makePeopleHttp();
    const own = await enter();
    const works = (token: unknown) => authority.authenticateHttp(`Token ${token}`, time.now).ok;
    const made = await ask("POST", "/api/v1/account/tokens", { name: "laptop", expires: "2027-01-01" }, own);
    expect([made.status, works(made.json.secret)]).toEqual([201, true]);
    expect(typeof made.json.token).toBe("number");
    expect(String(made.json.secret)).toMatch(/^[0-9a-f]{40}$/);
    const list = await ask("GET", "/api/v1/account/tokens", null, own);
    expect(list.text).toContain("laptop");
    expect(list.text).not.toContain(String(made.json.secret));
    const rotated = await ask("POST", `/api/v1/account/tokens/${made.json.token}/rotate`, {}, own);
    expect(rotated.json).toMatchObject({ name: "laptop", expires: "2027-01-01T00:00:00Z" });
    expect([works(made.json.secret), works(rotated.json.secret)]).toEqual([false, true]);
    expect((await ask("DELETE", `/api/v1/account/tokens/${rotated.json.token}`, null, own)).status).toBe(200);
    expect(works(rotated.json.secret)).toBe(false);
    expect(JSON.stringify(events)).not.toContain(String(rotated.json.secret));
  });
  test("end so many days from now", async () => {
    const { ask, enter, time } = await makePeopleHttp();
    const made = await ask("POST", "/api/v1/account/tokens", { expires: "90d" }, await enter());
    expect(Date.parse(String(made.json.expires)) * 1000).toBe(time.now + 90 * 86_400e6);
  });
  test("one that has ended is not rotated: another would be over already", async () => {
    const { ask, enter, time, fleet } = await makePeopleHttp();
    const own = await enter();
    const made = await ask(
      "POST",
      "/api/v1/account/tokens",
      { expires: new Date(time.now / 1000 + 60_000).toISOString() },
      own,
    );
    const before = JSON.stringify(fleet.listTokens());
    time.now += 60_000_000;
    expect((await ask("POST", `/api/v1/account/tokens/${made.json.token}/rotate`, {}, own)).code).toBe(
      "invalid_request",
    );
    expect(JSON.stringify(fleet.listTokens())).toBe(before);
  });
  test.each([
    [{ name: "x".repeat(201) }],
    [{ name: "\u001b[31m" }],
    [{ expires: "yesterday" }],
    [{ expires: "2020-01-01" }],
    [{ user: 2 }],
  ])("%j makes none", async (body) => {
    const { ask, enter, fleet } = await makePeopleHttp();
    const before = fleet.listTokens().length;
    expect((await ask("POST", "/api/v1/account/tokens", body, await enter())).code).toBe("invalid_request");
    expect(fleet.listTokens()).toHaveLength(before);
  });
  test("those of others are not there", async () => {
    const { ask, enter, people, fleet } = await makePeopleHttp();
    await people.create({ email: "ann@x", admin: false, workspace: "home", role: "owner" });
    await people.setPassword("ann@x", NEXT);
    const ann = await enter("ann@x", NEXT);
    const [owners] = fleet.listTokens(OWNER);
    for (const [method, path] of [
      ["DELETE", `/api/v1/account/tokens/${owners?.uid}`],
      ["POST", `/api/v1/account/tokens/${owners?.uid}/rotate`],
      ["DELETE", "/api/v1/account/tokens/x"],
    ] as const)
      expect((await ask(method, path, null, ann)).code).toBe("not_found");
    expect(fleet.listTokens(OWNER)).toHaveLength(1);
    expect((await ask("GET", "/api/v1/account/tokens", null, ann)).json.items).toEqual([]);
  });
});

test("nothing that people do leaves a secret in the log or the audit", async () => {
  const { ask, enter, events, logged } = await makePeopleHttp();
  const own = await enter();
  await ask("POST", "/api/v1/auth/sign-in", { email: OWNER, password: `${PASSWORD}!` });
  const told = JSON.stringify([events, logged]);
  expect(events.map(({ what }) => what)).toContain("sign_in_refused");
  for (const secret of [PASSWORD, own.csrf, own.cookie.split("=")[1] ?? "?"]) expect(told).not.toContain(secret);
  expect(events.at(-1)).toMatchObject({ email: OWNER, address: HERE.address });
});

test("who is removed is signed out at once, and signs in no more", async () => {
  const { ask, enter, people, directory } = await makePeopleHttp();
  const own = await enter();
  await people.create({ email: "ann@x", admin: false, workspace: "home", role: "owner" });
  await people.setPassword("ann@x", NEXT);
  const ann = await enter("ann@x", NEXT);
  const { secret: token } = (await ask("POST", "/api/v1/account/tokens", {}, ann)).json;
  const uid = directory.userByEmail("ann@x")?.uid ?? 0;
  expect((await ask("DELETE", `/api/v1/users/${uid}`, null, ann)).code).toBe("not_permitted");
  expect((await ask("DELETE", `/api/v1/users/${uid}`, null, own)).json).toMatchObject({
    user: uid,
    email: "ann@x",
  });
  expect((await ask("GET", "/api/v1/account", null, ann)).code).toBe("sign_in_needed");
  expect((await ask("GET", "/api/v1/products", null, { token: String(token) })).code).toBe("unknown_token");
  expect((await ask("POST", "/api/v1/auth/sign-in", { email: "ann@x", password: NEXT })).code).toBe("sign_in_failed");
  expect(people.sessions(uid)).toEqual([]);
});
