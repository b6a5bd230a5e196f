import { describe, expect, test } from "bun:test";
import { OWNER, RECORDER, VIEWER } from "../http.testing.ts";
import { EDITOR, FLEET_MANAGER, makeApi } from "./api.testing.ts";

const ANY = { "If-Match": "*" };

describe("networks", () => {
  const KEY = "NNSXS.SECRET";
  const TTN = {
    name: "ttn",
    type: "tti",
    server: "https://eu1.example",
    application: "app",
    webhook: "hook",
    key: KEY,
  };
  test("a key is taken, and told to nobody: not in answers, lists, the audit log", async () => {
    const { api, fleetStore } = makeApi();
    const made = await api("POST", "/workspaces/w/networks", OWNER, TTN);
    expect([made.status, made.headers.get("Location")]).toEqual([201, "/api/v1/workspaces/w/networks/ttn"]);
    const { key: _, ...shown } = TTN;
    expect(made.body).toEqual({ ...shown, workspace: "w", has_key: true, products: [] });
    const changed = await api(
      "PATCH",
      "/workspaces/w/networks/ttn",
      OWNER,
      { key: null, application: null, webhook: null },
      ANY,
    );
    expect(changed.body).toMatchObject({ has_key: false, application: null });
    const all = await api("GET", "/workspaces/w/networks", OWNER);
    expect(all.body.items.map(({ name }: { name: string }) => name)).toEqual(["lora", "ttn"]);
    expect(JSON.stringify([all.body, fleetStore.audited])).not.toContain(KEY);
    expect(fleetStore.audited.map(({ action, name }) => `${action} ${name}`)).toEqual([
      "network.create ttn",
      "network.update ttn",
    ]);
  });
  test.each([
    ["a type that there is not", { name: "n", type: "ttn" }, "type: allowed is tti"],
    [
      "what the type needs",
      { name: "n", type: "chirpstack", server: "https://c.example" },
      "key: a network of type chirpstack needs it.",
    ],
    [
      "what it has no use for",
      { name: "n", type: "helium", application: "a" },
      "application: a network of type helium has no use for it.",
    ],
    ["a server", { name: "n", type: "helium", server: "ftp://x.example" }, "server: allowed is an address"],
    ["a key with a line end", { ...TTN, key: "a\nb" }, "key: allowed is"],
  ])("%s is said", async (_, body, detail) => {
    const { api, fleetStore } = makeApi();
    const answer = await api("POST", "/workspaces/w/networks", OWNER, body);
    expect([answer.status, answer.body.detail]).toEqual([400, expect.stringContaining(detail)]);
    expect(fleetStore.commits).toBe(0);
  });
  test("one is there once, a product can use those of its workspace, and while it does they stay", async () => {
    const { api } = makeApi();
    expect((await api("POST", "/workspaces/w/networks", OWNER, { name: "lora", type: "helium" })).body.code).toBe(
      "already_exists",
    );
    const none = await api("PATCH", "/products/p", OWNER, { network: "other" }, ANY);
    expect([none.status, none.body.detail]).toEqual([
      400,
      'network: The workspace has no network "other": it has lora.',
    ]);
    expect((await api("PATCH", "/products/p", OWNER, { network: "lora" }, ANY)).body.network).toBe("lora");
    expect((await api("GET", "/workspaces/w/networks/lora", OWNER)).body.products).toEqual(["p"]);
    const used = await api("DELETE", "/workspaces/w/networks/lora", OWNER);
    expect([used.status, used.body.code, used.body.detail]).toEqual([
      409,
      "immutable",
      expect.stringContaining("is used by p"),
    ]);
    expect((await api("PATCH", "/products/p", OWNER, { network: null }, ANY)).body.network).toBeNull();
    expect((await api("DELETE", "/workspaces/w/networks/lora", OWNER)).body).toEqual({ deleted: "lora" });
    expect((await api("GET", "/workspaces/w/networks/lor", OWNER)).status).toBe(404);
  });
});

describe("downlinks of a product", () => {
  const CODE = "function Encoder(m, port) { return [1]; }";
  test("are made, changed and deleted; the script is for who may change it", async () => {
    const { api } = makeApi();
    const body = { name: "set", encoder: CODE, port: 10, triggers: ["temperature"], fields: ["TEMPERATURE"] };
    const made = await api("POST", "/products/p/downlinks", FLEET_MANAGER, body);
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      ...{
        name: "set",
        product: "p",
        description: "",
        sent_by: "network",
        made_by: "encoder",
        encoder: CODE,
        field: null,
        hex: null,
        text: null,
      },
      ...{
        target: null,
        port: 10,
        confirmed: false,
        replace: false,
        fields: ["TEMPERATURE"],
        triggers: ["TEMPERATURE"],
        active: true,
        wait: 86_400,
      },
    });
    expect((await api("GET", "/products/p/downlinks/set", VIEWER)).body).toMatchObject({
      made_by: "encoder",
      encoder: null,
    });
    const changed = await api(
      "PATCH",
      "/products/p/downlinks/set",
      OWNER,
      { hex: "01", confirmed: true, active: false },
      ANY,
    );
    expect(changed.body).toMatchObject({
      made_by: "hex",
      encoder: null,
      hex: "01",
      confirmed: true,
      active: false,
      port: 10,
    });
    const state = { "If-Match": made.headers.get("ETag") ?? "" };
    expect((await api("PATCH", "/products/p/downlinks/set", OWNER, { port: 1 }, state)).status).toBe(412);
    expect((await api("DELETE", "/products/p/downlinks/set", OWNER)).body).toEqual({ deleted: "set" });
    expect(
      (await api("GET", "/products/p/downlinks", VIEWER)).body.items.map(({ name }: { name: string }) => name),
    ).toEqual(["reset"]);
    // who may edit another product
    expect((await api("POST", "/products/q/downlinks", EDITOR, { name: "x", hex: "01" })).status).toBe(201);
    expect((await api("POST", "/products/q/downlinks", RECORDER, { name: "y", hex: "01" })).status).not.toBe(201);
  });
  test.each([
    ["nothing to make it of", { name: "x" }, "one of"],
    ["two of them", { name: "x", hex: "01", text: "a" }, "Say one of encoder, field, hex and text"],
    ["a field that there is not", { name: "x", field: "NONE" }, "source: the product has no field NONE"],
    [
      "a trigger that there is not",
      { name: "x", hex: "01", triggers: ["NONE"] },
      "triggers: the product has no field NONE",
    ],
    ["a port of the network's own", { name: "x", hex: "01", port: 0 }, "port: allowed is 1 to 223"],
    [
      "a target that is of no use",
      { name: "x", hex: "01", target: "NOTE" },
      "target: is for downlinks that are written",
    ],
    ["too long a wait", { name: "x", hex: "01", wait: 1e9 }, "wait: allowed are 10 to"],
  ])("%s is said", async (what, body, detail) => {
    const { api, fleetStore } = makeApi();
    const answer = await api("POST", "/products/p/downlinks", OWNER, body);
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toContain(what === "nothing to make it of" ? "Say what it is made of" : detail);
    expect(fleetStore.commits).toBe(0);
  });
});

describe("downlinks of a device", () => {
  test("are sent by who may record to it, listed in pages, shown and cancelled", async () => {
    const { api } = makeApi();
    const sent = await api("POST", "/products/p/devices/d1/downlinks", RECORDER, {
      downlink: "reset",
      confirmed: true,
      wait: 60,
    });
    expect(sent.status).toBe(201);
    expect(sent.body.sent).toMatchObject({
      downlink: "reset",
      state: "queued",
      hex: "01ff",
      port: 3,
      confirmed: true,
      sender: "one@w",
    });
    expect(sent.headers.get("Location")).toBe(`/api/v1/products/p/devices/d1/downlinks/${sent.body.sent.id}`);
    await api("POST", "/products/p/devices/d1/downlinks", RECORDER, { text: "on", port: 9 });
    const first = await api("GET", "/products/p/devices/d1/downlinks?limit=2", VIEWER);
    expect(first.body.items.map(({ hex }: { hex: string }) => hex)).toEqual(["6f6e", "01ff"]);
    const rest = await api("GET", `/products/p/devices/d1/downlinks?limit=2&cursor=${first.body.next}`, VIEWER);
    expect([rest.body.items.map(({ hex }: { hex: string }) => hex), rest.body.next]).toEqual([["01"], null]);
    const path = `/products/p/devices/d1/downlinks/${sent.body.sent.id}`;
    const gone = await api("DELETE", path, RECORDER);
    expect(gone.body).toMatchObject({
      state: "cancelled",
      steps: [{ state: "queued" }, { note: "cancelled by one@w" }],
    });
    expect((await api("DELETE", path, RECORDER)).body.code).toBe("immutable");
    expect((await api("GET", path, VIEWER)).body.state).toBe("cancelled");
    expect((await api("GET", "/products/p/devices/d2/downlinks/0102030405060708", VIEWER)).status).toBe(404);
  });
  test("one that is not saved is tried by who may change the product's downlinks, and never sent", async () => {
    const { api } = makeApi();
    const path = "/products/p/devices/d1/downlinks";
    const draft = { hex: "0a0b", port: 7 };
    const tried = await api("POST", path, OWNER, { draft, dry_run: true });
    expect([tried.status, tried.body]).toMatchObject([201, { sent: null, content: { hex: "0a0b", port: 7 } }]);
    const other = await api("POST", path, RECORDER, { draft, dry_run: true });
    expect([other.status, other.body.code]).toEqual([403, "not_permitted"]);
    const sent = await api("POST", path, OWNER, { draft });
    expect([sent.status, sent.body.detail]).toEqual([400, expect.stringContaining("Save it first")]);
    const two = await api("POST", path, OWNER, { draft, hex: "01", dry_run: true });
    expect(two.body.detail).toContain("Say what to send");
  });
  test("the same Idempotency-Key sends once", async () => {
    const { api } = makeApi();
    const send = () =>
      api("POST", "/products/p/devices/d2/downlinks", RECORDER, { hex: "01" }, { "Idempotency-Key": "k" });
    const [first, second] = [await send(), await send()];
    expect(second.body.sent.id).toBe(first.body.sent.id);
    expect((await api("GET", "/products/p/devices/d2/downlinks", VIEWER)).body.items).toHaveLength(1);
  });
});
