import { describe, expect, test } from "bun:test";
import { refusalOf } from "../base/refusal.testing.ts";
import { Outgoing } from "../outgoing/outgoing.ts";
import { Directory } from "./directory.ts";
import { changeWebhook, pauseWebhook } from "./edit/webhooks.ts";
import type { Draughtsman } from "./plan-draft.ts";
import type { Webhook } from "./types.ts";
import { FleetService } from "./service.ts";
import { MemoryFleet } from "./testing.ts";

function make() {
  const [store, directory] = [new MemoryFleet(), new Directory()];
  const random = (size: number) => new Uint8Array(size).fill(7);
  const allowed = { list: ["10.0.0.1"] };
  const whyNever = (url: string) => new Outgoing({ allow: allowed.list, timeout: 0, maxAnswer: 0 }).whyNever(url);
  const service = new FleetService({ store, directory, micros: () => 1000, random, whyNever });
  const apply = async (text: string) =>
    (await service.applyFile(text)).lines
      .map(({ sign, text }) => `${sign} ${text}`)
      .filter((line) => line.includes("webhook") || line.startsWith("="));
  return { store, directory, service, apply, allowed };
}
const SECRET = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
const file = (webhook: string) => `
workspaces:
  - slug: w
    products:
      - { slug: p, devices: [{ id: d1 }], fields: [{ id: T, type: NUMERIC }] }
    api_users: [{ name: screen, rights: [{ devices: all, can: [view] }] }]
    webhooks:
      - ${webhook}
users: [{ email: ada@example.com, workspaces: { w: owner } }]
`;
const WHOLE = `{ name: office, url: "https://hooks.example.com/x", events: [device_measurement, device_offline], products: [p], devices: [p/d1], fields: [t], headers: { X-Key: abc }, form: ndjson, batch_max: 50, batch_wait: 3, secret: "${SECRET}", signature: github, account: screen }`;

describe("what a fleet file says of webhooks", () => {
  test("all of it; applied again, nothing changes", async () => {
    const { apply, directory } = make();
    expect(await apply(file(WHOLE))).toEqual(["+ webhook w/office"]);
    const [row] = directory.all("webhook");
    expect(row).toMatchObject({
      workspace: 1,
      events: ["device_measurement", "device_offline"],
      filter: { products: [1], devices: [1], tags: [], fields: ["T"] },
      headers: { "X-Key": "abc" },
      ...{ form: "ndjson", batchMax: 50, batchWait: 3, secret: SECRET, signature: "github", active: true },
      account: { user: null, apiUser: 1 },
    });
    expect((await apply(file(WHOLE))).filter((line) => line.startsWith("="))).toEqual([
      "= everything is already as the file says",
    ]);
  });
  test("an address that is never asked is refused when it is new; a name, one that is allowed, and one that is there already are not", async () => {
    const { apply, allowed } = make();
    const of = (url: string) => file(`{ name: office, url: "${url}" }`);
    for (const url of [
      "http://10.0.0.2/x",
      "http://127.0.0.1:9/x",
      "http://2130706433/",
      "https://[::ffff:10.0.0.2]/",
    ]) {
      const refused = await refusalOf(apply(of(url)));
      expect(refused.code).toBe("invalid_fleet");
      expect(refused.message).toMatch(
        /^workspaces\[0\]\.webhooks\[0\]\.url: nothing can be sent: .* is not on the public internet; --allow-outgoing can allow it$/,
      );
    }
    for (const url of ["http://inside.example/x", "http://10.0.0.1/x"])
      expect((await apply(of(url)))[0]).toContain("webhook w/office");
    allowed.list = [];
    expect((await apply(of("http://10.0.0.1/x"))).filter((line) => line.startsWith("="))).toEqual([
      "= everything is already as the file says",
    ]);
  });
  test("what is left out has a default, or stays; what changes is said, and no secret is", async () => {
    const { apply, directory, store } = make();
    expect(await apply(file(`{ name: office, url: "https://a.example/" }`))).toEqual([
      '+ webhook w/office; for its secret: fieldcast webhook rotate-secret "office"',
    ]);
    const secret = directory.all("webhook")[0]?.secret;
    const lines = await apply(
      file(
        `{ name: office, url: "https://b.example/", headers: { A: very-secret }, account: ada@example.com, active: "false" }`,
      ),
    );
    expect(lines.join("\n")).toContain('url "https://a.example/" → "https://b.example/"');
    expect(lines.join("\n") + JSON.stringify(store.audited)).not.toMatch(/very-secret|whsec_/);
    expect(directory.all("webhook")[0]).toMatchObject({
      secret,
      active: false,
      account: { user: 1, apiUser: null },
      form: "original",
    });
  });
  test("one that the server switched off is not paused besides: it keeps why it is off", async () => {
    const { apply, directory, service } = make();
    await apply(file(`{ name: office, url: "https://a.example/" }`));
    const row = () => directory.all("webhook")[0];
    const edit = (change: (draft: Draughtsman, now: Webhook) => void) =>
      service.edit((draft) => {
        const now = row();
        if (now) change(draft, now);
      });
    const off = { active: false, paused: { reason: "410 Gone", since: 5, off: true } } as const;
    await edit((draft, now) => changeWebhook(draft, now, off));
    for (const reason of ["by hand", null]) {
      await edit((draft, now) => pauseWebhook(draft, now, reason));
      expect(row()).toMatchObject(off);
    }
    await edit((draft, now) => changeWebhook(draft, now, { active: true }));
    await edit((draft, now) => pauseWebhook(draft, now, "by hand"));
    expect(row()).toMatchObject({ active: true, paused: { reason: "by hand" } });
  });
  test.each([
    [{ off: true } as const, undefined],
    [{}, { reason: "no answer", since: 5 }],
  ])("a pause stays over the file; with %j it goes when the file switches the webhook on", async (more, left) => {
    const { apply, directory, service } = make();
    const whole = (active: string) => file(`{ name: office, url: "https://a.example/"${active} }`);
    await apply(whole(""));
    const paused = { reason: "no answer", since: 5, ...more };
    const row = () => directory.all("webhook")[0];
    await service.edit((draft) => {
      const now = row();
      if (now) changeWebhook(draft, now, { active: false, paused });
    });
    await apply(whole(', description: "x"'));
    expect(row()).toMatchObject({ active: false, paused });
    await apply(whole(", active: true"));
    expect([row()?.active, row()?.paused]).toEqual([true, left]);
  });
  test.each([
    [`{ name: a, url: "ftp://x" }`, "url: allowed is an address that begins with https"],
    [`{ name: a, url: "https://x/", products: [q] }`, 'products[0]: the workspace has no product with the slug "q"'],
    [`{ name: a, url: "https://x/", devices: [p/d9] }`, 'devices[0]: the workspace has no device "p/d9"'],
    [`{ name: a, url: "https://x/", account: nobody }`, "account: there is no user and no API user"],
    [`{ name: a, url: "https://x/", headers: { Host: x } }`, "the name of a header"],
    [`{ name: a, url: "https://x/", form: template }`, 'the form "template" needs a template'],
    [`{ name: a, url: "https://x/", form: template, template: "{{ nothing }}" }`, "undefined variable: nothing"],
    [`{ name: a, url: "https://x/", batch_max: 3 }`, 'the form "original" sends one event a request'],
    [
      `{ name: a, url: "https://x/", form: influx, events: [downlink] }`,
      'the form "influx" has lines of measurements alone',
    ],
    [`{ name: a, url: "https://x/", secret: abc }`, "whsec_ and 24 to 64 bytes"],
  ])("%s is refused: %s", async (webhook, message) => {
    const { apply, store } = make();
    expect((await refusalOf(apply(file(webhook)))).message).toContain(message);
    expect(store.commits).toBe(0);
  });
});
