import { afterAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import fc from "fast-check";
import { isDeviceId } from "../../topic/grammar.ts";
import { OWNER, VIEWER } from "../http.testing.ts";
import { makeApi } from "./api.testing.ts";
import { DESCRIBED, OPERATIONS } from "./index.ts";
import { openApi } from "./openapi.ts";

/**
 * What becomes of names in addresses. Clients, proxies and the platform take `.` and `..` out of an address (RFC 3986,
 * section 5.2.4), so the server never sees that they were there.
 */

/** The API behind a real listener, over a world of its own. */
function listening() {
  const it = makeApi();
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => it.http.fetch(request, { remoteAddress: "127.0.0.1" }),
  });
  servers.push(server);
  return { ...it, port: server.port ?? 0 };
}
const servers: { stop(now: boolean): Promise<void> }[] = [];
afterAll(() => Promise.all(servers.map((server) => server.stop(true))));

/** Sends an address exactly as it is written. @returns the status of the answer */
function raw(port: number, method: string, path: string, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () =>
      socket.write(
        `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Token ${OWNER}\r\nIf-Match: *\r\n` +
          `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      ),
    );
    let text = "";
    socket.on("data", (bytes) => {
      text += bytes;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0)));
  });
}

const REAL: Readonly<Record<string, string>> = {
  workspace: "w",
  member: "1",
  account: "1",
  api_user: "1",
  token: "1",
  product: "p",
  field: "DOOR",
  device: "d1",
};
/** In place of the last name of an address: what normalises to the address above it, what is no name, and what is a whole path. */
const HOSTILE = [
  "..",
  ".",
  "",
  "%2e%2e",
  "%2E.",
  ".%2e",
  "%2e",
  "%252e%252e",
  "..%2f..",
  "..%2F",
  "a%2Fb",
  "%2F",
  "/",
  "../",
  "./",
  "..\\",
  "%5c..",
  "..;",
  "%00",
  "%ff",
  "%",
  "x/../..",
  "..?confirm=",
  "..#",
];
const BODY: Readonly<Record<string, string>> = { changeMember: '{"role":"observer"}' };
/** The operations that change what their address ends with. */
const ENDS = OPERATIONS.filter(({ method, path }) => path.endsWith("}") && (method === "delete" || method === "patch"));

describe("an address whose last name is not one changes nothing", () => {
  test("there are such operations", () => expect(ENDS.length).toBeGreaterThan(10));

  test.each(ENDS.map((one) => [`${one.method.toUpperCase()} ${one.path}`, one] as const))(
    "%s",
    async (_, operation) => {
      const it = listening();
      const filled = operation.path
        .replace(/\{\w+\}$/, "")
        .replaceAll(/\{(\w+)\}/g, (__, name: string) => REAL[name] ?? "?");
      const method = operation.method.toUpperCase();
      const body = operation.method === "delete" ? "" : (BODY[operation.id] ?? '{"name":"taken"}');
      for (const name of HOSTILE) {
        const path = `/api/v1${filled}${name}`;
        const status = await raw(it.port, method, path, body);
        expect([path, status >= 400 && status < 500]).toEqual([path, true]);
        const headers = { Authorization: `Token ${OWNER}`, "If-Match": "*", "Content-Type": "application/json" };
        const answer = await fetch(`http://127.0.0.1:${it.port}${path}`, {
          method,
          headers,
          ...(body !== "" && { body }),
        });
        expect([path, answer.status >= 400 && answer.status < 500]).toEqual([path, true]);
      }
      expect(it.fleetStore.commits).toBe(0);
    },
  );
});

describe("every name that can be given", () => {
  test("leads to where it says, in an address that a client normalises", () => {
    const names = fc.stringMatching(/^[A-Za-z0-9._:~-]{1,64}$/).filter(isDeviceId);
    fc.assert(
      fc.property(names, (name) => {
        const { pathname } = new URL(`http://h/api/v1/products/p/devices/${encodeURIComponent(name)}`);
        expect(decodeURIComponent(pathname)).toBe(`/api/v1/products/p/devices/${name}`);
      }),
    );
  });

  test("is allowed by the document, and no other", () => {
    const { paths } = openApi(DESCRIBED);
    const forms = new Map<string, string>();
    for (const item of Object.values(paths))
      for (const { parameters } of Object.values(item))
        for (const { name, in: where, schema } of parameters)
          if (where === "path") forms.set(name, String(schema.pattern));
    for (const [name, pattern] of forms)
      for (const bad of ["", ".", "..", "a/b", "/", "a/.."])
        expect([name, bad, new RegExp(pattern).test(bad)]).toEqual([name, bad, false]);
    const device = new RegExp(forms.get("device") ?? "");
    const text = fc.stringMatching(/^[A-Za-z0-9._:~/ -]{0,66}$/);
    fc.assert(
      fc.property(text, (one) => expect([one, device.test(one)]).toEqual([one, isDeviceId(one)])),
      {
        examples: [
          ["..."],
          [".a"],
          ["..a"],
          ["."],
          [".."],
          ["a".repeat(64)],
          ["a".repeat(65)],
          [`..${"a".repeat(62)}`],
        ],
      },
    );
  });

  test.each([".", ".."])("%s is refused as an id and as a serial by every operation", async (bad) => {
    const { api, patch, fleetStore } = makeApi();
    const refused = async (answer: ReturnType<typeof api>, path: string) => {
      const { status, body } = await answer;
      expect([status, JSON.stringify(body)]).toEqual([400, expect.stringContaining("but not . or .. alone")]);
      expect(JSON.stringify(body)).toContain(path);
    };
    await refused(api("POST", "/products/p/devices", OWNER, { id: bad }), "id");
    await refused(api("POST", "/products/p/devices", OWNER, { serial: bad }), "serial");
    await refused(api("POST", "/products/p/devices/import", OWNER, `id\n${bad}`), "id");
    await refused(api("POST", "/products/p/devices/import", OWNER, `id,serial\nok,${bad}`), "serial");
    await refused(api("POST", "/products/p/devices/rename", OWNER, { device: "d1", id: bad }), "id");
    await refused(patch("/products/p/devices/d1", { serial: bad }), "serial");
    expect(fleetStore.commits).toBe(0);
  });
});

describe("a product and a workspace", () => {
  test.each([
    ["/products/p", "p"],
    ["/workspaces/w", "w"],
  ])("%s goes only when its slug is said once more", async (path, slug) => {
    const { api, fleetStore } = makeApi();
    for (const query of ["", "?confirm=", "?confirm=other", "?dry_run=false", `?confirm=${slug}%20`]) {
      const { status, body } = await api("DELETE", path + query);
      expect([query, status, body.code]).toEqual([query, 428, "confirmation_needed"]);
      expect(body.errors[0].message).toContain(`confirm=${slug}`);
    }
    const dry = await api("DELETE", `${path}?dry_run=true`);
    expect([dry.status, dry.body.dry_run, dry.body.takes.devices > 0]).toEqual([200, true, true]);
    expect(fleetStore.commits).toBe(0);
    const { status, body } = await api("DELETE", `${path}?confirm=${slug}`);
    expect([status, body.takes]).toEqual([200, dry.body.takes]);
    expect((await api("GET", path)).status).toBe(404);
  });

  test("a workspace takes all along, and its people stay", async () => {
    const { api, directory } = makeApi();
    const { body } = await api("DELETE", "/workspaces/w?confirm=w");
    expect(body.takes).toMatchObject({ products: 2, fields: 5, devices: 5, api_users: 9 });
    expect(directory.product("p")).toBeUndefined();
    expect(directory.product("z")).toBeDefined();
    expect(directory.userByEmail("owner@example.com")).toBeDefined();
    expect((await api("GET", "/workspaces/v")).status).toBe(200);
  });

  test("an administrator of the workspace who does not own it may not delete it", async () => {
    const { api, fleetStore } = makeApi();
    expect((await api("DELETE", "/workspaces/w?confirm=w", VIEWER)).status).toBe(403);
    expect((await api("DELETE", "/workspaces/w?confirm=w", "4".repeat(40))).body.code).toBe("not_permitted");
    expect(fleetStore.commits).toBe(0);
  });
});

describe("a device with an id of earlier versions", () => {
  const old = () => {
    const it = makeApi();
    const row = { uid: 40, product: 1, id: "..", name: "..", serial: "S40", tags: ["t"] };
    it.directory.apply([{ kind: "device", op: "put", row }]);
    it.data.put(40, 1, 1e15, 21.5);
    return it;
  };

  test("is given another id; what it measured stays with it", async () => {
    const { api, directory, data } = old();
    const { status, body, headers } = await api("POST", "/products/p/devices/rename", OWNER, {
      device: "..",
      id: "pump-9",
    });
    expect([status, body.id, body.name, body.serial]).toEqual([200, "pump-9", "pump-9", "S40"]);
    expect(headers.get("Location")).toBe("/api/v1/products/p/devices/pump-9");
    const node = directory.product("p")?.devicesById.get("pump-9");
    expect([node?.row.uid, directory.product("p")?.devicesById.has("..")]).toEqual([40, false]);
    expect(data.current(data.idOf(40, 1) ?? 0)?.value).toBe(21.5);
    expect((await api("GET", "/products/p/devices/pump-9")).body.last_heard).not.toBeNull();
  });

  test("is not given one that another has, nor renamed by who may not make devices", async () => {
    const { api, fleetStore } = old();
    for (const id of ["d1", "S1", "SAME"])
      expect((await api("POST", "/products/p/devices/rename", OWNER, { device: "..", id })).body.code).toBe(
        "already_exists",
      );
    const none = await api("POST", "/products/p/devices/rename", OWNER, { device: "nobody", id: "x" });
    expect([none.status, none.body.code]).toEqual([404, "unknown_device"]);
    expect((await api("POST", "/products/p/devices/rename", VIEWER, { device: "..", id: "x" })).status).toBe(403);
    expect(fleetStore.commits).toBe(0);
  });
});

describe("client identifiers, which may be any text", () => {
  const asking = () => {
    const it = listening();
    const asked: string[] = [];
    it.sessions.inspect = (_, client) => {
      asked.push(client);
      return null;
    };
    const get = async (path: string) => {
      const headers = { Authorization: `Token ${OWNER}` };
      const answer = await fetch(`http://127.0.0.1:${it.port}/v1/sessions/${path}`, { headers });
      await answer.text();
      return [answer.status, asked.pop()];
    };
    return get;
  };
  const hostile = [
    "a/b",
    "%2e%2e",
    "..%2f",
    "a b",
    "ü",
    "?x#y",
    "../..",
    "%",
    "%25",
    "%252e",
    "\\..",
    "\u0001",
    "//",
    "disconnect",
  ];

  test("stand in the session's address, percent-encoded", async () => {
    const get = asking();
    for (const client of hostile) {
      const path = `${encodeURIComponent("owner@example.com")}/${encodeURIComponent(client)}`;
      expect([client, ...(await get(path))]).toEqual([client, 404, client]);
    }
    const text = fc.string({ unit: "binary", minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(text, async (client) => {
        fc.pre(client !== "." && client !== "..");
        expect(await get(`owner%40example.com/${encodeURIComponent(client)}`)).toEqual([404, client]);
      }),
      { numRuns: 100 },
    );
  });

  test("or in its query, where the address cannot hold them", async () => {
    const get = asking();
    for (const client of ["..", ".", ...hostile])
      expect([client, ...(await get(`owner%40example.com/?client_id=${encodeURIComponent(client)}`))]).toEqual([
        client,
        404,
        client,
      ]);
    expect(await get("owner%40example.com/..")).toEqual([200, undefined]);
    expect(await get("owner%40example.com/")).toEqual([400, undefined]);
  });
});
