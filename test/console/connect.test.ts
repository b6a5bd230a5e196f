import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connectAsync } from "mqtt";
import { have, program } from "../run/have.ts";
import type { TestServer } from "../run/server.ts";
import { consoleServer, Visitor } from "./browser.ts";

/** From a fresh server to the first value, and what is done about a refusal. */
describe.skipIf(!have("chromium"))("connecting a device", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await consoleServer();
  });
  afterAll(() => server.remove());

  /** The first page, with a token that was made there. */
  const withToken = async () => {
    const visitor = await Visitor.open(server);
    await visitor.signIn();
    await visitor.goto("w/home/connect");
    const { page } = visitor;
    await page.getByRole("button", { name: "Create token" }).click();
    const token = (await page.getByText(/^[0-9a-f]{40}$/).textContent()) ?? "";
    return { visitor, page, token };
  };
  /** What a rung of the ladder says. */
  const rung = (page: Visitor["page"], name: string, text: string | RegExp) =>
    page
      .getByRole("listitem")
      .filter({ hasText: new RegExp(`^${name}`) })
      .filter({ hasText: text })
      .waitFor();

  test.skipIf(!have("mosquitto-clients"))(
    "one click on a fresh server: the command as it stands there brings the first value, and every step is seen",
    async () => {
      const { visitor, page } = await withToken();
      const code = (await page.locator("figure", { hasText: "Send a value" }).locator("pre").textContent()) ?? "";
      expect(code).toContain("dtck-pub/my-product/000001/TEMPERATURE");
      await page.getByText("watching", { exact: true }).waitFor();
      // what a page says of a component of the library holds, whatever order the chunks of the build came in
      const size = await page.evaluate("getComputedStyle(document.querySelector('[role=tab]')).fontSize");
      expect(size).toBe("13px");
      const shell = Bun.spawnSync(["sh", "-c", code], { stderr: "pipe", timeout: 30_000 });
      expect([shell.exitCode, shell.stderr.toString()]).toEqual([0, ""]);
      // the client has left by now: its login says how it came
      await rung(page, "TLS", "not encrypted");
      await rung(page, "Login", "my-product/000001");
      await rung(page, "Stored", "durable after");
      await page.getByText("The first value has arrived.").waitFor();
      await page.getByRole("link", { name: "Open the device" }).click();
      await page.waitForURL("**/w/home/devices/my-product/000001");
      expect(visitor.sins).toEqual([]);
      await visitor.close();
    },
  );

  test("a field that is not there: the refusal says so, and one click makes it", async () => {
    const { visitor, page, token } = await withToken();
    await page.getByText("watching", { exact: true }).waitFor();
    const client = await connectAsync(`mqtt://127.0.0.1:${server.ports.mqtt}`, { username: token, password: token });
    await client.publishAsync("dtck-pub/my-product/000001/PRESSURE", "1013", { qos: 1 });
    await rung(page, "Stored", "refused");
    await page.getByRole("button", { name: "Create field PRESSURE (NUMERIC)" }).click();
    await page.getByText("The field PRESSURE is there now. Send again.").waitFor();
    await client.publishAsync("dtck-pub/my-product/000001/PRESSURE", "1013", { qos: 1 });
    await rung(page, "Stored", "durable after");
    expect(visitor.sins).toEqual([]);
    await client.endAsync();
    await visitor.close();
  });

  test("a misspelt field, and a device that it may not record for: the topic that would work is offered", async () => {
    const { visitor, page, token } = await withToken();
    await page.getByText("watching", { exact: true }).waitFor();
    const client = await connectAsync(`mqtt://127.0.0.1:${server.ports.mqtt}`, { username: token, password: token });
    await client.publishAsync("dtck-pub/my-product/000001/TEMPERATUR", "21", { qos: 1 });
    await page.getByText("This topic would work:").waitFor();
    await page.getByRole("alert").getByText("dtck-pub/my-product/000001/TEMPERATURE", { exact: true }).waitFor();
    await client.endAsync();
    await visitor.close();
  });

  test("a token without the right: one click grants it", async () => {
    const { visitor, page, token } = await withToken();
    await page.getByText("watching", { exact: true }).waitFor();
    const taken = await page.evaluate(async () => {
      const session = (await (await fetch("/api/v1/auth/session")).json()) as { csrf_token: string };
      const users = (await (await fetch("/api/v1/workspaces/home/api-users")).json()) as {
        items: { api_user: number; name: string }[];
      };
      const user = users.items.find(({ name }) => name === "my-product/000001");
      const grants = [{ scope: "device", product: "my-product", device: "000001", can: ["view"] }];
      const answer = await fetch(`/api/v1/workspaces/home/api-users/${user?.api_user}`, {
        method: "PATCH",
        headers: { "Content-Type": "application/json", "X-CSRF-Token": session.csrf_token, "If-Match": "*" },
        body: JSON.stringify({ grants }),
      });
      return answer.status;
    });
    expect(taken).toBe(200);
    const client = await connectAsync(`mqtt://127.0.0.1:${server.ports.mqtt}`, { username: token, password: token });
    await client.publishAsync("dtck-pub/my-product/000001/TEMPERATURE", "21", { qos: 1 });
    await page.getByRole("button", { name: /^Let my-product.000001.* record for my-product.000001$/ }).click();
    await page.getByText(/may record for it now/).waitFor();
    await client.publishAsync("dtck-pub/my-product/000001/TEMPERATURE", "21", { qos: 1 });
    await rung(page, "Stored", "durable after");
    expect(visitor.sins).toEqual([]);
    await client.endAsync();
    await visitor.close();
  });

  test("a wrong token is seen, with what to do", async () => {
    const { visitor, page } = await withToken();
    await page.getByText("watching", { exact: true }).waitFor();
    const wrong = "0".repeat(40);
    const options = { username: wrong, password: wrong, reconnectPeriod: 0 };
    const refused = await connectAsync(`mqtt://127.0.0.1:${server.ports.mqtt}`, options).catch(() => "refused");
    expect(refused).toBe("refused");
    await rung(page, "Login", "refused");
    await page.getByRole("alert").waitFor();
    await visitor.close();
  });

  test("product, device and field are made on the way, and the code over HTTP works", async () => {
    const { visitor, page } = await withToken();
    await page.getByRole("combobox", { name: "Product" }).selectOption("New product…");
    await page.getByRole("textbox", { name: "Name of the product" }).fill("Pump");
    await page.getByRole("button", { name: "Create product" }).click();
    await page.waitForURL("**product=pump**");
    await page.getByRole("button", { name: "New device" }).click();
    await page.getByRole("textbox", { name: "Id" }).fill("p1");
    await page.getByRole("button", { name: "Create device" }).click();
    await page.getByRole("button", { name: "Create field" }).click();
    await page.getByRole("button", { name: "Create token" }).click();
    await page.getByRole("tab", { name: "HTTP", exact: true }).click();
    const figure = page.locator("figure", { hasText: "Send a value" });
    await figure.getByText("Authorization: Token").filter({ hasNotText: "YOUR_TOKEN" }).waitFor();
    await page.getByText("watching", { exact: true }).waitFor();
    const code = (await figure.locator("pre").textContent()) ?? "";
    const sent = Bun.spawnSync(["sh", "-c", `${code} -sS --fail-with-body`], { timeout: 30_000 });
    expect([sent.exitCode, program("curl") === null ? "no curl" : ""]).toEqual([0, ""]);
    await rung(page, "Stored", "durable after");
    expect(visitor.sins).toEqual([]);
    await visitor.close();
  });
});
