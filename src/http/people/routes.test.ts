import { describe, expect, test } from "bun:test";
import { hashToken } from "../../fleet/token.ts";
import type { FleetChange, Grant } from "../../fleet/types.ts";
import { PASSWORD } from "../../people/people.testing.ts";
import { API, DESCRIBED } from "../api/index.ts";
import { openApi } from "../api/openapi.ts";
import { PEOPLE } from "./operations.ts";
import { makePeopleHttp, OWNER } from "./people.testing.ts";

/** Every operation of the OpenAPI document, with a name that there is not in place of each parameter. */
const ALL = DESCRIBED.filter(({ access }) => access !== "anyone").map(
  ({ method, path }) => [method.toUpperCase(), API + path.replaceAll(/\{\w+\}/g, "none")] as const,
);
const CHANGES = ALL.filter(([method]) => method !== "GET");

test.each(ALL)("%s %s knows who is signed in by the cookie", async (method, path) => {
  const { ask, enter } = await makePeopleHttp();
  const { cookie, csrf } = await enter();
  const answer = await ask(method, path, method === "GET" ? null : {}, { cookie, csrf });
  expect([401, 403]).not.toContain(answer.status);
  expect(answer.headers.get("Access-Control-Allow-Origin")).toBeNull();
});

test.each(CHANGES)("%s %s needs the CSRF token beside the cookie", async (method, path) => {
  const { ask, enter } = await makePeopleHttp();
  const { cookie } = await enter();
  const answer = await ask(method, path, {}, { cookie });
  expect([answer.status, answer.code]).toEqual([403, "cross_site"]);
});

test.each(ALL)("%s %s is closed to pages of other sites with the cookie", async (method, path) => {
  const { ask, enter } = await makePeopleHttp();
  const { cookie, csrf } = await enter();
  const answer = await ask(method, path, method === "GET" ? null : {}, {
    cookie,
    csrf,
    origin: "https://evil.example",
  });
  expect([answer.status, answer.code]).toEqual([403, "cross_site"]);
});

const OWN = "1".repeat(40);
const STRANGER = "2".repeat(40);
const VIEWER = "3".repeat(40);

/** A token of the owner, of another workspace's manager, and of an API user that may only view. */
async function withTokens() {
  const it = await makePeopleHttp();
  const home = it.directory.workspaceBySlug("home")?.uid ?? 0;
  const token = (uid: number, secret: string, whose: { user: number | null; apiUser: number | null }): FleetChange => {
    const row = { uid, hash: hashToken(secret), hint: secret.slice(-4), name: "", created: 0, expires: null, ...whose };
    return { kind: "token", op: "put", row };
  };
  const program = (uid: number, workspace: number, secret: string, grants: readonly Grant[]): FleetChange[] => [
    { kind: "apiUser", op: "put", row: { uid, workspace, name: `program ${uid}`, mqtt: true, grants } },
    token(uid, secret, { user: null, apiUser: uid }),
  ];
  it.directory.apply([
    { kind: "workspace", op: "put", row: { uid: 900, slug: "elsewhere", name: "Elsewhere" } },
    token(901, OWN, { user: it.owner, apiUser: null }),
    ...program(902, 900, STRANGER, [{ scope: "workspace", can: ["members", "devices"] }]),
    ...program(903, home, VIEWER, [{ scope: "all", can: ["view"] }]),
  ]);
  /** All that a request could change. */
  const state = async () =>
    JSON.stringify([
      await it.store.login(it.owner),
      await it.store.links("reset"),
      await it.store.links("invitation"),
      await it.store.signIns(),
      await it.store.preferences(it.owner),
      it.fleet.listTokens(),
    ]);
  return { ...it, state };
}

/** What stands for each parameter: what there is. */
const REAL: Readonly<Record<string, string>> = {
  workspace: "home",
  token: "901",
  session: "none",
  preference: "views",
  email: OWNER,
};
/** A body that each operation takes, so that nothing but the caller is wrong with a request. */
const BODIES: Readonly<Record<string, object>> = {
  signIn: { email: OWNER, password: "wrong wrong wrong" },
  requestPasswordReset: { email: "nobody@example.com" },
  getLink: { secret: "0".repeat(64) },
  useLink: { secret: "0".repeat(64), password: PASSWORD },
  changePassword: { current: PASSWORD, next: "eight yellow bottles" },
  signOutEverywhere: {},
  setUpSecondFactor: { password: PASSWORD },
  confirmSecondFactor: { code: "000000" },
  regenerateRecoveryCodes: { password: PASSWORD, code: "000000" },
  disableSecondFactor: { password: PASSWORD, code: "000000" },
  createPersonalToken: {},
  setPreference: { value: 1 },
  createInvitation: { email: "new@example.com", role: "member" },
  createPasswordResetLink: { email: OWNER },
};
const asked = ({ id, method, path }: (typeof PEOPLE)[number]) => {
  const address = API + path.replaceAll(/\{(\w+)\}/g, (_, name: string) => REAL[name] ?? "?");
  return [method.toUpperCase(), address, method === "get" ? null : (BODIES[id] ?? {})] as const;
};
const behind = (access: "user" | "anyone" | undefined) =>
  PEOPLE.filter((operation) => operation.access === access).map(
    (operation) => [operation.id, asked(operation)] as const,
  );

describe("every operation of people in the document", () => {
  const document = openApi(DESCRIBED);
  test("says who may ask: the cookie, with the CSRF token for changes, or nobody in particular", () => {
    const { cookie, csrf } = document.components.securitySchemes as Record<string, { in: string; name: string }>;
    expect([cookie?.in, cookie?.name]).toEqual(["cookie", "__Host-fieldcast"]);
    expect([csrf?.in, csrf?.name]).toEqual(["header", "X-CSRF-Token"]);
    for (const { access, method, path } of PEOPLE) {
      const signedIn = [method === "get" ? { cookie: [] } : { cookie: [], csrf: [] }];
      const security = document.paths[path]?.[method]?.security;
      expect([path, security]).toEqual([path, access === undefined ? undefined : access === "anyone" ? [] : signedIn]);
    }
  });
  test("describes the body that it checks", () => {
    const bodies = PEOPLE.filter(({ body }) => body !== undefined).map(({ id }) => id);
    expect(bodies.sort()).toEqual(Object.keys(BODIES).sort());
    for (const { id, method, path, body } of PEOPLE)
      expect([id, document.paths[path]?.[method]?.requestBody !== undefined]).toEqual([id, body !== undefined]);
  });

  test.each(behind("user"))("%s is for who is signed in: no token will do, and nothing changes", async (_, request) => {
    const { ask, state } = await withTokens();
    const before = await state();
    for (const token of [undefined, OWN, STRANGER, VIEWER, "x"]) {
      const answer = await ask(...request, token === undefined ? {} : { token });
      expect([answer.status, answer.code]).toEqual([401, "sign_in_needed"]);
    }
    expect(await state()).toBe(before);
  });

  test.each(behind("anyone"))("%s takes no token, and lets no page of another site ask", async (id, request) => {
    const { ask, enter, state } = await withTokens();
    const { cookie, csrf } = await enter();
    const before = await state();
    expect((await ask(...request)).code).not.toBe("unknown_token");
    for (const from of [{ origin: "https://evil.example" }, { site: "cross-site" }]) {
      const answer = await ask(...request, { cookie, csrf, ...from });
      expect([id, answer.status, answer.code]).toEqual([id, 403, "cross_site"]);
      expect(answer.headers.get("Set-Cookie")).toBeNull();
    }
    expect(await state()).toBe(before);
  });

  test.each(behind(undefined))(
    "%s knows tokens: none 401, another workspace's 404, view-only 403",
    async (_, request) => {
      const { ask } = await withTokens();
      const answers = [];
      for (const token of [undefined, "x", STRANGER, VIEWER, OWN]) {
        const { status, code } = await ask(...request, token === undefined ? {} : { token });
        answers.push([status, code]);
      }
      expect(answers).toEqual([
        [401, "unknown_token"],
        [401, "unknown_token"],
        [404, "not_found"],
        [403, "not_permitted"],
        [200, ""],
      ]);
    },
  );
});

describe("the rate of requests", () => {
  const left = ({ headers }: { headers: Headers }) => Number(headers.get("RateLimit-Remaining"));
  test("of who need not say who they are is counted by address", async () => {
    const { ask, time } = await makePeopleHttp({ maxRequestRate: 3 });
    const from = { from: "192.0.2.7" };
    for (const n of [2, 1, 0]) expect(left(await ask("GET", "/api/v1/auth/session", null, from))).toBe(n);
    const refused = await ask("POST", "/api/v1/auth/sign-in", { email: OWNER, password: PASSWORD }, from);
    expect([refused.status, refused.code, refused.headers.get("Retry-After")]).toEqual([429, "rate_limited", "1"]);
    expect((await ask("GET", "/api/v1/auth/session", null, { from: "192.0.2.8" })).status).toBe(200);
    time.now += 1e6;
    expect((await ask("GET", "/api/v1/auth/session", null, from)).status).toBe(200);
  });
  test("of an account is one, whether it asks for itself or for the fleet", async () => {
    const { ask, enter } = await makePeopleHttp({ maxRequestRate: 3 });
    const { cookie } = await enter();
    expect(left(await ask("GET", "/api/v1/account", null, { cookie }))).toBe(2);
    expect(left(await ask("GET", "/api/v1/products", null, { cookie }))).toBe(1);
    expect(left(await ask("GET", "/api/v1/account/tokens", null, { cookie, from: "192.0.2.9" }))).toBe(0);
    expect((await ask("GET", "/api/v1/account", null, { cookie })).code).toBe("rate_limited");
  });
});
