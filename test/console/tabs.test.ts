import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { have } from "../run/have.ts";
import type { TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { axe } from "./axe.ts";
import { addPerson, consoleServer, OWNER, PASSWORD, Visitor } from "./browser.ts";

/** Two tabs of one browser, two people at one thing, and rights that are not there or not any more. */
describe.skipIf(!have("chromium"))("tabs and people", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await consoleServer();
    await addPerson(server, "eve@example.com", "member", "home");
    await addPerson(server, "olga@example.com", "observer", "home");
  });
  afterAll(() => server.remove());
  /** Another tab of the same browser. */
  const another = async (visitor: Visitor, path: string): Promise<Page> => {
    const page = await visitor.context.newPage();
    await page.goto(`${visitor.origin}/console/${path}`);
    return page;
  };

  test("signing out at one tab signs out at the other, and signing in, too; as somebody else it begins anew", async () => {
    const visitor = await Visitor.open(server);
    await visitor.signIn();
    const { page } = visitor;
    await visitor.goto("w/home/devices");
    const other = await another(visitor, "w/home/products");
    await other.getByRole("link", { name: "My product" }).waitFor();
    await page.getByRole("button", { name: "Your account" }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await other.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(await other.getByText("My product").count()).toBe(0);
    await page.getByLabel("E-mail address").fill(OWNER);
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    // back where it was
    await other.getByRole("link", { name: "My product" }).waitFor();
    expect(new URL(other.url()).pathname).toBe("/console/w/home/products");
    // the cookie of another account: a page of the first one is not left standing
    await visitor.signIn("olga@example.com");
    const begun = other.waitForEvent("load");
    await page.goto(`${visitor.origin}/console/w/home/home`);
    await begun;
    await other.getByRole("button", { name: "Your account" }).click();
    await other.getByText("olga@example.com").first().waitFor();
    expect(visitor.sins).toEqual([]);
    await visitor.close();
  });

  test("theme and language that are chosen at one tab are chosen at the other", async () => {
    const visitor = await Visitor.open(server);
    await visitor.signIn();
    const { page } = visitor;
    await visitor.goto("w/home/devices");
    const other = await another(visitor, "w/home/products");
    await other.getByRole("heading", { name: "Products" }).waitFor();
    await page.getByRole("button", { name: "Your account" }).click();
    await page.getByRole("menuitem", { name: "Deutsch" }).click();
    await other.getByRole("heading", { name: "Produkte" }).waitFor();
    await page.getByRole("button", { name: "Dein Konto" }).click();
    await page.getByRole("menuitem", { name: "Dunkel" }).click();
    const scheme = () => other.evaluate("document.documentElement.dataset.mantineColorScheme");
    await until("the other is dark", async () => (await scheme()) === "dark");
    expect(visitor.sins).toEqual([]);
    await visitor.api("PUT", "/account/preferences/language", { workspace: null, value: null });
    await visitor.api("PUT", "/account/preferences/theme", { workspace: null, value: null });
    await visitor.close();
  });

  test("two change a field: the second is told, keeps what was typed, and chooses", async () => {
    const [ann, eve] = await Promise.all([Visitor.open(server), Visitor.open(server)]);
    await Promise.all([ann.signIn(), eve.signIn("eve@example.com")]);
    const open = async ({ page, ...visitor }: Visitor) => {
      await page.goto(`${visitor.origin}/console/w/home/products/my-product`);
      await page.getByRole("button", { name: "Edit Temperature" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("textbox", { name: "Description" }).waitFor();
      return dialog;
    };
    const [hers, ours] = [await open(eve), await open(ann)];
    await hers.getByRole("textbox", { name: "Description" }).fill("in the hall");
    await ours.getByRole("textbox", { name: "Description" }).fill("on the roof");
    await hers.getByRole("button", { name: "Save", exact: true }).click();
    await hers.waitFor({ state: "detached" });
    await ours.getByRole("button", { name: "Save", exact: true }).click();
    await ours.getByRole("alert").filter({ hasText: "It was changed after you read it." }).waitFor();
    expect(await ours.getByRole("textbox", { name: "Description" }).inputValue()).toBe("on the roof");
    const stored = async () => (await ann.api("GET", "/products/my-product/fields/TEMPERATURE")).description;
    expect(await stored()).toBe("in the hall");
    await ours.getByRole("button", { name: "Keep mine, and save over it" }).click();
    await ours.getByText("Save once more").waitFor();
    await ours.getByRole("button", { name: "Save", exact: true }).click();
    await ours.waitFor({ state: "detached" });
    expect(await stored()).toBe("on the roof");
    expect([...ann.sins, ...eve.sins]).toEqual([]);
    await Promise.all([ann.close(), eve.close()]);
  });

  test("a right that is taken away while the page is open: what was refused says which it is and who gives it, and buttons go off", async () => {
    const [ann, eve] = await Promise.all([Visitor.open(server), Visitor.open(server)]);
    await Promise.all([ann.signIn(), eve.signIn("eve@example.com")]);
    await eve.goto("w/home/products");
    const create = eve.page.getByRole("button", { name: "Create product" }).first();
    await create.click();
    const dialog = eve.page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Name" }).fill("Too late");
    const { items } = (await ann.api("GET", "/workspaces/home/members")) as {
      items: { member: number; email: string }[];
    };
    const member = items.find(({ email }) => email === "eve@example.com")?.member;
    await ann.api("PATCH", `/workspaces/home/members/${member}`, { role: "observer" });
    await dialog.getByRole("button", { name: "Create product" }).click();
    const alert = dialog.getByRole("alert");
    await alert.getByText(/permission "devices"/).waitFor();
    await alert.getByText("Owners and admins of the workspace home can give you that right").waitFor();
    // what was typed stays, and the page knows now what she may
    expect(await dialog.getByRole("textbox", { name: "Name" }).inputValue()).toBe("Too late");
    await eve.page.keyboard.press("Escape");
    await until("the button is off", () => create.isDisabled());
    expect(await create.getAttribute("title")).toContain("devices");
    expect([...ann.sins, ...eve.sins]).toEqual([]);
    await Promise.all([ann.close(), eve.close()]);
  });

  test("an address that one has no right for says so once, and who can give it; the server's own pages, too", async () => {
    const olga = await Visitor.open(server);
    await olga.signIn("olga@example.com");
    const { page } = olga;
    for (const path of ["integrations", "brokers"]) {
      await olga.goto(`w/home/${path}`);
      await page.getByText("takes the permission integrations in the workspace home").waitFor();
      await page.getByText("Owners and admins of the workspace home can give you that right").waitFor();
      expect(await page.getByRole("alert").count()).toBe(0);
      expect(await axe(page)).toEqual([]);
    }
    await olga.goto("system");
    const alert = page.getByRole("alert");
    await alert.getByText('This takes the instance permission "operate".').waitFor();
    await alert.getByText("That is for administrators of this server").waitFor();
    await olga.goto("w/home/access");
    await page
      .getByRole("alert")
      .first()
      .getByText(/permission "members"/)
      .waitFor();
    // of a workspace that is not theirs nothing is told, not even that it is there
    await olga.goto("w/elsewhere/devices");
    await page.getByRole("heading", { name: "There is nothing here" }).waitFor();
    expect(olga.sins).toEqual([]);
    await olga.close();
  });
});
