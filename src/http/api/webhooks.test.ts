import { describe, expect, test } from "bun:test";
import { OWNER } from "../http.testing.ts";
import { INTEGRATOR, makeApi } from "./api.testing.ts";

const PATH = "/workspaces/w/webhooks";
const NEW = { name: "new", url: "https://hooks.example.com/x", events: ["device_measurement"] };

describe("webhooks", () => {
  test("are made with defaults and the rights of who makes them; the secret is shown once, values of headers never", async () => {
    const it = makeApi();
    const made = await it.api("POST", PATH, OWNER, { ...NEW, headers: { "X-Key": "very-secret" } });
    expect(made.status).toBe(201);
    const secret = String(made.body.secret);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(made.body).toMatchObject({
      ...NEW,
      headers: { "X-Key": null },
      form: "original",
      batch: { max: 1, wait: 0 },
      filter: { products: [], devices: [], tags: [], fields: [] },
      account: "owner@example.com",
      state: "active",
    });
    const path = `${PATH}/${made.body.webhook}`;
    const shown = await it.api("GET", path);
    expect(shown.body.secret).toBeUndefined();
    expect(JSON.stringify(it.fleetStore.audited)).not.toMatch(/very-secret|whsec_/);
    // what was read may be sent back
    const same = await it.patch(path, {
      headers: { "X-Key": null, "X-More": "m" },
      batch: { max: 5, wait: 1 },
      form: "array",
    });
    expect([same.status, same.body.headers]).toEqual([200, { "X-Key": null, "X-More": null }]);
    const row = it.directory.row("webhook", made.body.webhook);
    expect(row?.headers).toEqual({ "X-Key": "very-secret", "X-More": "m" });
    const rotated = await it.api("POST", `${path}/rotate-secret`, OWNER, { grace_seconds: 60 });
    expect(rotated.body.secret).toStartWith("whsec_");
    expect(it.directory.row("webhook", made.body.webhook)?.oldSecret?.secret).toBe(secret);
    expect((await it.api("DELETE", path)).status).toBe(200);
    expect((await it.api("GET", path)).status).toBe(404);
  });

  test.each([
    [{ url: "ftp://x" }, "url"],
    [{ url: "https://user:pw@x.example/" }, "url"],
    [{ events: [] }, "events"],
    [{ headers: { "Webhook-Id": "1" } }, "headers.Webhook-Id"],
    [{ headers: { "X-Key": null } }, "headers.X-Key"],
    [{ headers: { "X-Key": "a\r\nb: c" } }, "headers.X-Key"],
    [{ form: "template" }, "template"],
    [{ form: "template", template: "{{ value | nothing }}" }, "template"],
    [{ form: "template", template: "x", headers: { "X-A": "{{ nope }}" } }, "headers.X-A"],
    [{ batch: { max: 2, wait: 1 } }, "batch"],
    [{ filter: { products: ["nope"] } }, "filter.products[0]"],
    [{ filter: { devices: [{ product: "p", device: "nope" }] } }, "filter.devices[0].device"],
    [{ account: "recorder@v" }, ""],
  ])("%j is refused, in words for %s", async (more, path) => {
    const it = makeApi();
    const { status, body } = await it.api("POST", PATH, OWNER, { ...NEW, ...more });
    expect([400, 404, 422]).toContain(status);
    if (path !== "") expect(body.values ?? body.errors).toMatchObject([{ path }]);
    expect(it.fleetStore.commits).toBe(0);
  });

  test("a preview keeps nothing, takes what is not finished, and refuses a template with a mistake where it stands", async () => {
    const it = makeApi();
    const seen = await it.api("POST", `${PATH}/preview`, OWNER, { form: "array" });
    expect([seen.status, seen.body.real, seen.body.event.data.url]).toEqual([200, true, "https://example.com/"]);
    const bad = await it.api("POST", `${PATH}/preview`, OWNER, { form: "template", template: "{{ nope }}" });
    expect([bad.status, (bad.body.errors ?? bad.body.values)[0].path]).toEqual([400, "template"]);
    expect((await it.api("POST", `${PATH}/preview`, OWNER, { filter: { products: ["nope"] } })).status).toBe(400);
    expect([it.fleetStore.commits, it.directory.all("webhook").length]).toEqual([
      0,
      makeApi().directory.all("webhook").length,
    ]);
  });

  test("an IP address that may not be reached is refused at once, in every spelling; one that is allowed, and names, are not", async () => {
    const it = makeApi();
    const path = `${PATH}/${(await it.api("POST", PATH, OWNER, NEW)).body.webhook}`;
    const commits = it.fleetStore.commits;
    for (const host of ["10.0.0.2", "127.0.0.1:9", "2130706433", "[::1]", "[::ffff:10.0.0.2]"]) {
      const url = `http://${host}/x`;
      for (const said of [
        await it.api("POST", PATH, OWNER, { ...NEW, name: "b", url }),
        await it.patch(path, { url }),
      ]) {
        expect([said.status, said.body.code]).toEqual([400, "invalid_request"]);
        expect(said.body.values ?? said.body.errors).toMatchObject([
          { path: "url", message: expect.stringContaining("--allow-outgoing can allow it") },
        ]);
      }
    }
    expect(it.fleetStore.commits).toBe(commits);
    for (const url of ["http://10.0.0.1/x", "http://inside.example/x", "http://localhost/x", "https://93.184.215.14/"])
      expect((await it.patch(path, { url })).status).toBe(200);
  });

  test("nobody has sent what they may not read: neither by a webhook of their own nor by changing another's", async () => {
    const it = makeApi();
    const own = await it.api("POST", PATH, INTEGRATOR, NEW);
    expect(own.body).toMatchObject({ account: "api 23@w" });
    const foreign = await it.api("POST", PATH, INTEGRATOR, { ...NEW, name: "b", account: "owner@example.com" });
    expect([foreign.status, foreign.body.code]).toEqual([403, "not_permitted"]);
    const changed = await it.api(
      "PATCH",
      `${PATH}/1`,
      INTEGRATOR,
      { url: "https://evil.example/" },
      { "If-Match": "*" },
    );
    expect([changed.status, changed.body.code]).toEqual([403, "not_permitted"]);
    const tested = await it.api("POST", `${PATH}/1/test`, INTEGRATOR, {});
    expect(tested.status).toBe(403);
    // what was sent stays hidden, how it went does not
    const calls = await it.api("GET", `${PATH}/1/calls`, INTEGRATOR);
    expect(calls.body.items).toMatchObject([{ status: 200, body: null, answer: null }]);
    const letters = await it.api("GET", `${PATH}/1/dead-letters`, INTEGRATOR);
    expect(letters.body.items).toMatchObject([{ body: null }]);
    expect((await it.api("GET", `${PATH}/1/calls`, OWNER)).body.items).toMatchObject([{ body: "{}", answer: "ok" }]);
    // and taking it over with the own rights is allowed
    const taken = await it.api("PATCH", `${PATH}/1`, INTEGRATOR, { account: "api 23@w" }, { "If-Match": "*" });
    expect([taken.status, taken.body.account]).toEqual([200, "api 23@w"]);
  });
});
