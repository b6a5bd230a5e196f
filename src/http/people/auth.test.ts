import { describe, expect, test } from "bun:test";
import { HERE, PASSWORD } from "../../people/people.testing.ts";
import { type Asked, makePeopleHttp, OWN_PAGE, OWNER } from "./people.testing.ts";

const SIGN_IN = { email: OWNER, password: PASSWORD };
const NEXT = "eight yellow bottles";

describe("the cookie", () => {
  test("over HTTPS: __Host-, Secure, HttpOnly, SameSite, for the whole host and no other", async () => {
    const { ask } = await makePeopleHttp();
    const answer = await ask("POST", "/api/v1/auth/sign-in", SIGN_IN);
    expect(answer.status).toBe(200);
    const set = answer.headers.get("Set-Cookie") ?? "";
    expect(set).toMatch(/^__Host-fieldcast=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+; Secure$/);
    expect(answer.text).not.toContain(set.slice(17, 81));
  });
  test("on this machine over plain HTTP: without Secure, under another name", async () => {
    const { ask } = await makePeopleHttp();
    const local = { base: "http://127.0.0.1:8080", from: "127.0.0.1" };
    const answer = await ask("POST", "/api/v1/auth/sign-in", SIGN_IN, local);
    expect(answer.headers.get("Set-Cookie")).toMatch(
      /^fieldcast=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/,
    );
    const [cookie = ""] = (answer.headers.get("Set-Cookie") ?? "").split(";", 1);
    expect((await ask("GET", "/api/v1/account", null, { ...local, cookie })).status).toBe(200);
    // what a plain page of the same host could have set is not believed over HTTPS
    expect((await ask("GET", "/api/v1/account", null, { cookie })).code).toBe("sign_in_needed");
  });
  test("over plain HTTP from elsewhere nobody signs in, nor chooses a password", async () => {
    const { ask, people, secretOf } = await makePeopleHttp();
    const plain = { base: "http://cloud.example", from: "192.0.2.1" };
    expect((await ask("POST", "/api/v1/auth/sign-in", SIGN_IN, plain)).code).toBe("not_permitted");
    const secret = secretOf((await people.links.makeSetup(null)).link);
    expect((await ask("POST", "/api/v1/auth/link/use", { secret, password: NEXT }, plain)).code).toBe("not_permitted");
    expect((await ask("GET", `/link/${secret}`, null, plain)).status).toBe(403);
  });
  test("behind a proxy that ends TLS, which --public-url tells", async () => {
    const proxied = { base: "http://cloud.example", from: "127.0.0.1", headers: { "X-Forwarded-For": "192.0.2.9" } };
    const { ask } = await makePeopleHttp();
    const answer = await ask("POST", "/api/v1/auth/sign-in", SIGN_IN, {
      ...proxied,
      origin: OWN_PAGE,
      site: "same-origin",
    });
    expect(answer.headers.get("Set-Cookie")).toContain("; Secure");
    const other = await makePeopleHttp({ publicUrl: null });
    expect((await other.ask("POST", "/api/v1/auth/sign-in", SIGN_IN, proxied)).code).toBe("not_permitted");
  });
  test("a session that a browser brought along is not the one it gets (fixation)", async () => {
    const { ask, enter } = await makePeopleHttp();
    const first = await enter();
    const second = await enter(OWNER, PASSWORD, { cookie: first.cookie });
    expect(second.cookie).not.toBe(first.cookie);
    const made = `__Host-fieldcast=${"a".repeat(64)}`;
    const third = await enter(OWNER, PASSWORD, { cookie: made });
    expect(third.cookie).not.toBe(made);
    expect((await ask("GET", "/api/v1/account", null, { cookie: made })).code).toBe("sign_in_needed");
  });
  test("works below /api/v1 alone: compatible addresses take tokens only", async () => {
    const { ask, enter } = await makePeopleHttp();
    const { cookie, csrf } = await enter();
    expect((await ask("GET", "/api/v1/audit", null, { cookie })).status).toBe(200);
    for (const path of ["/v1/devices/", "/v1/log/", "/v1/sessions/"])
      expect([path, (await ask("GET", path, null, { cookie })).code]).toEqual([path, "unknown_token"]);
    const record = await ask("POST", "/v1/devices/000001/record/", { field: "NOTE", value: "x" }, { cookie, csrf });
    expect(record.code).toBe("unknown_token");
  });
  test("obeys at once when the account goes", async () => {
    const { ask, enter, directory, owner } = await makePeopleHttp();
    const { cookie } = await enter();
    directory.apply([{ kind: "user", op: "delete", uid: owner }]);
    expect((await ask("GET", "/api/v1/audit", null, { cookie })).code).toBe("sign_in_needed");
  });
});

describe("requests of other sites", () => {
  const FOREIGN: [string, Asked][] = [
    ["another origin", { origin: "https://evil.example" }],
    ["another port", { origin: `${OWN_PAGE}:8443` }],
    ["plain HTTP", { origin: "http://cloud.example" }],
    ["a file or a sandbox", { origin: "null" }],
    ["a cross-site page", { site: "cross-site" }],
    ["a page of a sibling host", { site: "same-site" }],
    ["a cross-site page that hides", { origin: "null", site: "cross-site" }],
  ];
  test.each(FOREIGN)("%s: a cookie changes nothing, even with the right token", async (_, from) => {
    const { ask, enter, owner, people } = await makePeopleHttp();
    const { cookie, csrf } = await enter();
    const answer = await ask("POST", "/api/v1/account/sign-out-everywhere", {}, { cookie, csrf, ...from });
    expect([answer.status, answer.code]).toEqual([403, "cross_site"]);
    expect(people.sessions(owner)).toHaveLength(1);
    expect((await ask("GET", "/api/v1/account", null, { cookie, ...from })).code).toBe("cross_site");
  });
  test.each(FOREIGN)("%s: nobody is signed in by it (login CSRF)", async (_, from) => {
    const { ask } = await makePeopleHttp();
    const answer = await ask("POST", "/api/v1/auth/sign-in", SIGN_IN, from);
    expect([answer.code, answer.headers.get("Set-Cookie")]).toEqual(["cross_site", null]);
  });
  test.each([
    ["none", null],
    ["of another session", "0".repeat(64)],
    ["the cookie itself", "cookie"],
  ])("a change needs the CSRF token of its session: %s", async (_, given) => {
    const { ask, enter } = await makePeopleHttp();
    const { cookie } = await enter();
    const csrf = given === "cookie" ? (cookie.split("=")[1] ?? "") : given;
    for (const origin of [undefined, OWN_PAGE]) {
      const more = origin === undefined ? {} : { origin };
      const answer = await ask("POST", "/api/v1/account/sign-out-everywhere", {}, { cookie, csrf, ...more });
      expect([answer.status, answer.code]).toEqual([403, "cross_site"]);
    }
  });
  test("what a form can send without asking is not taken: the body must say that it is JSON", async () => {
    const { ask } = await makePeopleHttp();
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
      expect((await ask("POST", "/api/v1/auth/sign-in", SIGN_IN, { headers: { "Content-Type": type } })).code).toBe(
        "invalid_request",
      );
  });
  test("our own pages pass", async () => {
    const { ask, enter } = await makePeopleHttp();
    const own = { origin: OWN_PAGE, site: "same-origin" };
    const { cookie, csrf } = await enter(OWNER, PASSWORD, own);
    const answer = await ask(
      "POST",
      "/api/v1/account/sign-out-everywhere",
      { keep_this: true },
      { cookie, csrf, ...own },
    );
    expect(answer.status).toBe(200);
  });
});

describe("CORS", () => {
  const evil = { origin: "https://evil.example" };
  test("the cookie's addresses are closed to other origins", async () => {
    const { ask } = await makePeopleHttp();
    const preflight = { ...evil, headers: { "Access-Control-Request-Method": "POST" } };
    for (const path of ["/api/v1/auth/sign-in", "/api/v1/auth/session", "/api/v1/account", "/api/v1/account/tokens"]) {
      const asked = await ask("OPTIONS", path, null, preflight);
      expect([path, asked.headers.get("Access-Control-Allow-Origin")]).toEqual([path, null]);
      const answer = await ask("GET", path, null, evil);
      expect([path, answer.headers.get("Access-Control-Allow-Origin")]).toEqual([path, null]);
    }
  });
  test("the token's addresses are open, never with credentials, and closed for a cookie", async () => {
    const { ask, enter } = await makePeopleHttp();
    const open = await ask("GET", "/api/v1/audit", null, evil);
    expect(open.headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(open.headers.get("Access-Control-Allow-Credentials")).toBeNull();
    const { cookie } = await enter();
    const closed = await ask("GET", "/api/v1/audit", null, { cookie });
    expect([closed.status, closed.headers.get("Access-Control-Allow-Origin")]).toEqual([200, null]);
  });
});

describe("signing in", () => {
  test.each([
    [{ email: OWNER, password: "wrong wrong wrong" }, 401, "sign_in_failed"],
    [{ email: "nobody@x", password: PASSWORD }, 401, "sign_in_failed"],
    [{ email: OWNER }, 400, "invalid_request"],
    [{ ...SIGN_IN, admin: true }, 400, "invalid_request"],
    [{ email: OWNER, password: { $ne: 1 } }, 400, "invalid_request"],
    [{ email: OWNER, password: "x".repeat(20_000) }, 413, "value_too_large"],
    [[], 400, "invalid_request"],
  ])("%j is refused, and never repeated in the answer", async (body, status, code) => {
    const { ask } = await makePeopleHttp();
    const answer = await ask("POST", "/api/v1/auth/sign-in", body);
    expect([answer.status, answer.code, answer.headers.get("Set-Cookie")]).toEqual([status, code, null]);
    expect(answer.text).not.toContain("wrong wrong");
    expect(answer.text).not.toContain("admin");
  });
  test("unknown addresses and wrong passwords are answered alike, to the byte", async () => {
    const { ask } = await makePeopleHttp();
    const wrong = await ask("POST", "/api/v1/auth/sign-in", { email: OWNER, password: "wrong wrong wrong" });
    const unknown = await ask("POST", "/api/v1/auth/sign-in", { email: "nobody@x", password: "wrong wrong wrong" });
    expect(unknown.text).toBe(wrong.text);
    expect([...unknown.headers]).toEqual([...wrong.headers]);
  });
  test("too many attempts are told when to come again", async () => {
    const { ask } = await makePeopleHttp();
    for (let i = 0; i < 5; i++) await ask("POST", "/api/v1/auth/sign-in", { ...SIGN_IN, password: "wrong" });
    const late = await ask("POST", "/api/v1/auth/sign-in", SIGN_IN);
    expect([late.status, late.code, late.headers.get("Retry-After")]).toEqual([429, "too_many_attempts", "1"]);
  });
  test("the session tells who it is and the CSRF token; without one that nobody is signed in", async () => {
    const { ask, enter } = await makePeopleHttp();
    const { cookie, csrf } = await enter();
    expect((await ask("GET", "/api/v1/auth/session", null, { cookie })).json).toMatchObject({
      signed_in: true,
      email: OWNER,
      admin: true,
      csrf_token: csrf,
    });
    expect((await ask("POST", "/api/v1/auth/sign-out", null, { cookie, csrf })).headers.get("Set-Cookie")).toContain(
      "Max-Age=0",
    );
    const after = await ask("GET", "/api/v1/auth/session", null, { cookie });
    expect([after.status, after.json]).toEqual([
      200,
      { signed_in: false, ways: { password: true, reset_by_mail: true, openid: false } },
    ]);
    expect((await ask("GET", "/api/v1/account", null, { cookie })).code).toBe("sign_in_needed");
  });
});

describe("links", () => {
  test("a forgotten password: the same answer for everybody, a link by mail, a new password", async () => {
    const { ask, people, mails, enter, secretOf } = await makePeopleHttp();
    const { cookie } = await enter();
    const nobody = await ask("POST", "/api/v1/auth/password-reset", { email: "nobody@x" });
    const somebody = await ask("POST", "/api/v1/auth/password-reset", { email: OWNER });
    expect([somebody.status, somebody.text]).toEqual([202, nobody.text]);
    await people.links.settled();
    const secret = secretOf(/https:\S+/.exec(mails[0]?.text ?? "")?.[0] ?? "");
    expect((await ask("POST", "/api/v1/auth/link", { secret })).json).toMatchObject({ kind: "reset", email: OWNER });
    const used = await ask("POST", "/api/v1/auth/link/use", { secret, password: NEXT });
    expect([used.status, used.json]).toEqual([200, { ok: true, email: OWNER }]);
    expect((await ask("GET", "/api/v1/account", null, { cookie })).code).toBe("sign_in_needed");
    const again = await ask("POST", "/api/v1/auth/link/use", { secret, password: NEXT });
    expect([again.status, again.code]).toEqual([410, "link_over"]);
  });
  test("an invitation: by a person, accepted by a new one, by one who proves to have the account, and by no other", async () => {
    const { ask, enter, people, secretOf, mails } = await makePeopleHttp();
    const own = await enter();
    const invite = (email: string, role = "member", asked: Asked = own) =>
      ask("POST", "/api/v1/workspaces/home/invitations", { email, role }, asked);
    const made = await invite("ann@x");
    expect([made.status, made.json]).toMatchObject([201, { email: "ann@x", mailed: true, link: null }]);
    const secret = secretOf(/https:\S+/.exec(mails[0]?.text ?? "")?.[0] ?? "");
    expect((await ask("GET", "/api/v1/workspaces/home/invitations", null, own)).json).toMatchObject({
      items: [{ email: "ann@x", role: "member", by: OWNER }],
    });
    expect((await ask("POST", "/api/v1/auth/link/use", { secret, password: NEXT })).json).toEqual({
      ok: true,
      email: "ann@x",
    });
    const ann = await enter("ann@x", NEXT);
    // a member may not invite, and sees no invitations
    expect((await invite("carl@x", "observer", ann)).code).toBe("not_permitted");
    expect((await ask("GET", "/api/v1/workspaces/home/invitations", null, ann)).code).toBe("not_permitted");
    await people.create({ email: "bob@x", admin: false, workspace: null, role: "member" });
    await people.setPassword("bob@x", PASSWORD);
    await invite("bob@x", "observer");
    const bobs = secretOf(/https:\S+/.exec(mails[1]?.text ?? "")?.[0] ?? "");
    const use = (more: object, asked: Asked = {}) =>
      ask("POST", "/api/v1/auth/link/use", { secret: bobs, ...more }, asked);
    expect((await use({})).code).toBe("sign_in_needed");
    expect((await use({ password: NEXT })).code).toBe("sign_in_failed");
    expect((await use({}, own)).code).toBe("sign_in_needed");
    const used = await use({ password: PASSWORD });
    expect([used.status, used.headers.get("Set-Cookie")]).toEqual([200, null]);
    expect((await ask("GET", "/api/v1/account", null, await enter("bob@x"))).json).toMatchObject({
      workspaces: [{ slug: "home", role: "observer" }],
    });
  });
  test("until it is used an invitation does not tell whether its address has an account", async () => {
    const { ask, enter, people, secretOf } = await makePeopleHttp({ mail: false });
    const own = await enter();
    await people.create({ email: "bob@x", admin: false, workspace: null, role: "member" });
    await people.setPassword("bob@x", PASSWORD);
    const seen = async (email: string) => {
      const made = await ask("POST", "/api/v1/workspaces/home/invitations", { email, role: "member" }, own);
      const secret = secretOf(String(made.json.link));
      const use = (body: object, asked: Asked = {}) => ask("POST", "/api/v1/auth/link/use", { secret, ...body }, asked);
      const answers = [
        await ask("POST", "/api/v1/auth/link", { secret }),
        await use({}),
        await use({}, own),
        await use({ password: "short" }),
        await use({ password: email }),
      ];
      return answers.map(({ status, text }) => `${status} ${text.replaceAll(email, "EMAIL")}`);
    };
    const [known, unknown] = [await seen("bob@x"), await seen("ann@x")];
    expect(known).toEqual(unknown);
    expect(known.map((line) => line.slice(0, 3))).toEqual(["200", "401", "401", "400", "400"]);
  });
  test("invitations are withdrawn; other workspaces are not there", async () => {
    const { ask, enter } = await makePeopleHttp();
    const own = await enter();
    await ask("POST", "/api/v1/workspaces/home/invitations", { email: "ann@x", role: "member" }, own);
    expect((await ask("DELETE", "/api/v1/workspaces/home/invitations/ann%40x", null, own)).status).toBe(200);
    expect((await ask("DELETE", "/api/v1/workspaces/home/invitations/ann%40x", null, own)).code).toBe("not_found");
    for (const method of ["GET", "POST"])
      expect((await ask(method, "/api/v1/workspaces/other/invitations", method === "GET" ? null : {}, own)).code).toBe(
        "not_found",
      );
  });
  test.each(["https://192.0.2.5:8443", "http://127.0.0.1:8080"])(
    "without a public URL links are whole, by the address of who makes them: %s",
    async (base) => {
      const { ask, enter, people, secretOf } = await makePeopleHttp({ publicUrl: null, mail: false });
      const way = { base, from: base.startsWith("https") ? HERE.address : "127.0.0.1" };
      const own = { ...way, ...(await enter(OWNER, PASSWORD, way)) };
      const wishes = [
        ["/api/v1/workspaces/home/invitations", { email: "ann@x", role: "member" }],
        ["/api/v1/users/reset-link", { email: OWNER }],
      ] as const;
      for (const [path, wish] of wishes) {
        const made = await ask("POST", path, wish, own);
        expect([made.status, made.json.mailed]).toEqual([201, false]);
        const link = String(made.json.link);
        expect(link).toBe(`${base}/link/${secretOf(link)}`);
        expect((await people.links.look(secretOf(link))).email).toBe(wish.email);
      }
    },
  );
  test("an administrator hands a link over; nobody else, and no token", async () => {
    const { ask, enter, people, fleet } = await makePeopleHttp();
    const own = await enter();
    const made = await ask("POST", "/api/v1/users/reset-link", { email: OWNER }, own);
    expect([made.status, made.json.mailed, String(made.json.link)]).toEqual([
      201,
      false,
      expect.stringContaining("/link/"),
    ]);
    await people.create({ email: "ann@x", admin: false, workspace: "home", role: "owner" });
    await people.setPassword("ann@x", NEXT);
    expect((await ask("POST", "/api/v1/users/reset-link", { email: OWNER }, await enter("ann@x", NEXT))).code).toBe(
      "not_permitted",
    );
    const { token } = await fleet.createToken(OWNER);
    expect((await ask("POST", "/api/v1/users/reset-link", { email: OWNER }, { token })).code).toBe("sign_in_needed");
  });
});

describe("the page of a link", () => {
  test("is a form without scripts, and looking does not use the link up", async () => {
    const { ask, people, secretOf } = await makePeopleHttp();
    const secret = secretOf((await people.links.makeSetup(null)).link);
    for (let i = 0; i < 2; i++) {
      const shown = await ask("GET", `/link/${secret}`);
      expect(shown.status).toBe(200);
      expect(shown.text).toContain(`value="${OWNER}"`);
      expect(shown.text).not.toContain("<script");
      const policy = shown.headers.get("Content-Security-Policy") ?? "";
      expect(policy).toMatch(
        /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
      );
      expect(shown.headers.get("X-Frame-Options")).toBe("DENY");
      expect(shown.headers.get("Cache-Control")).toBe("no-store");
    }
  });
  test("sets the password and the address; a mistake shows the form again", async () => {
    const { ask, people, secretOf, enter } = await makePeopleHttp();
    const secret = secretOf((await people.links.makeSetup(null)).link);
    const send = (form: Record<string, string>, more: Asked = {}) =>
      ask("POST", `/link/${secret}`, null, { form, origin: OWN_PAGE, ...more });
    const weak = await send({ email: "me@x", password: "short" });
    expect([weak.status, weak.text.includes("12 to 256"), weak.text.includes("<form")]).toEqual([400, true, true]);
    const foreign = await send({ email: "me@x", password: NEXT }, { origin: "https://evil.example" });
    expect([foreign.status, foreign.text.includes("<form")]).toEqual([403, false]);
    const done = await send({ email: "me@x", password: NEXT });
    expect([done.status, done.text.includes("me@x")]).toEqual([200, true]);
    expect((await enter("me@x", NEXT)).csrf).not.toBe("");
    expect((await send({ email: "me@x", password: NEXT })).status).toBe(410);
    expect((await ask("GET", `/link/${secret}`)).status).toBe(410);
  });
  test("what stands in it cannot be markup", async () => {
    const { ask, enter, directory, secretOf, people, owner } = await makePeopleHttp();
    const home = directory.workspaceBySlug("home");
    if (!home) throw new Error("no home");
    directory.apply([{ kind: "workspace", op: "put", row: { ...home, name: '<img src=x onerror="1">' } }]);
    await enter();
    const wish = { email: '"<svg>"@x', workspace: home.uid, role: "member" } as const;
    const { link } = await people.links.invite(owner, wish, HERE);
    const shown = await ask("GET", `/link/${secretOf(link)}`);
    expect(shown.status).toBe(200);
    expect(shown.text).not.toContain("<img");
    expect(shown.text).not.toContain("<svg");
  });
});
