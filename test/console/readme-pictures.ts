import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import type { TestServer } from "../run/server.ts";
import { Visitor } from "./browser.ts";
import { DEMO_DEVICE } from "./pages.ts";
import { PICTURE_LATER, PICTURE_TIME } from "./picture-time.ts";

/** The pictures of the README (`npm run screenshots -- --readme`): each by the same steps, at the same size, at the same time (fixed-time.ts), with nothing random in it. */

const folder = join(import.meta.dir, "..", "..", "docs", "images");
/** Of the window, px. */
const SIZE = { width: 1440, height: 900 } as const;
/** Of a picture: about as wide as two of them stand beside one another in the README, twice. */
const WIDTH = 900;
/** What stands in place of the token that was made for the picture. */
const TOKEN = "0123456789abcdef0123456789abcdef01234567";

interface Picture {
  readonly name: string;
  /** Below `/console/`. */
  readonly path: string;
  readonly shows: string | RegExp;
  /** What is done before it is taken. */
  readonly prepare?: (visitor: Visitor, server: TestServer) => Promise<void>;
}
const PICTURES: readonly Picture[] = [
  { name: "devices", path: "w/demo/devices", shows: "Humidity" },
  { name: "history", path: `w/demo/devices/${DEMO_DEVICE}?tab=history&span=7d`, shows: /^Means of/ },
  { name: "access", path: "w/demo/access/api-users/1", shows: "See as Wall display" },
  { name: "connect", path: "w/home/connect", shows: "What the server sees", prepare: connectOne },
];

/** A token, and a first value with it: the ladder shows each step. */
async function connectOne({ page }: Visitor, server: TestServer): Promise<void> {
  await page.getByRole("button", { name: "Create token" }).click();
  const token = (await page.getByText(/^[0-9a-f]{40}$/).textContent()) ?? "";
  await page.getByText("watching", { exact: true }).waitFor();
  const client = await connectAsync(`mqtt://127.0.0.1:${server.ports.mqtt}`, { username: token, password: token });
  await client.publishAsync("dtck-pub/my-product/000001/TEMPERATURE", "22.5", { qos: 1 });
  await page.getByText("The first value has arrived.").waitFor();
  await client.endAsync();
  const instead = { [token]: TOKEN, [String(server.ports.mqtt)]: "1883", [String(server.ports.http)]: "8080" };
  await page.evaluate(`(() => {
    const instead = ${JSON.stringify(instead)};
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node !== null; node = walk.nextNode())
      for (const [text, other] of Object.entries(instead))
        if (node.data.includes(text)) node.data = node.data.replaceAll(text, other);
    // how long this machine took
    for (const one of document.querySelectorAll("main *"))
      for (const node of one.childNodes)
        if (node.nodeType === Node.TEXT_NODE) node.data = node.data.replace(/^durable after [\\d.,]+ .?s$/, "durable after 2.0 ms");
  })()`);
}

/** The picture with WIDTH, made smaller by the browser: it smooths what a window of that size would draw coarsely. */
async function smaller({ context }: Visitor, png: Buffer): Promise<Buffer> {
  const page = await context.newPage();
  const base64 = await page.evaluate(`(async () => {
    const picture = new Image();
    picture.src = "data:image/png;base64,${png.toString("base64")}";
    await picture.decode();
    const canvas = document.createElement("canvas");
    canvas.width = ${WIDTH};
    canvas.height = Math.round((${WIDTH} * picture.height) / picture.width);
    const drawing = canvas.getContext("2d");
    drawing.imageSmoothingQuality = "high";
    drawing.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/png").split(",")[1];
  })()`);
  await page.close();
  return Buffer.from(String(base64), "base64");
}

/** Takes them all. @param server with the demo fleet */
export async function takeReadmePictures(server: TestServer): Promise<void> {
  for (const { name, path, shows, prepare } of PICTURES) {
    const visitor = await Visitor.open(server, { ...SIZE, scheme: "light" });
    await visitor.page.clock.setFixedTime(PICTURE_TIME + PICTURE_LATER);
    await visitor.signIn();
    await visitor.goto(path);
    await visitor.page.getByText(shows).filter({ visible: true }).first().waitFor();
    await prepare?.(visitor, server);
    // it comes when what one came for is there
    if (path.startsWith("w/demo/"))
      await visitor.page
        .getByText(/needs? attention/)
        .first()
        .waitFor({ state: "attached" });
    await visitor.page.waitForLoadState("load");
    await visitor.page.evaluate("document.fonts.ready.then(() => new Promise((done) => setTimeout(done, 600)))");
    const whole = await visitor.page.screenshot();
    writeFileSync(join(folder, `${name}.png`), await smaller(visitor, whole));
    await visitor.close();
    process.stdout.write(`docs/images/${name}.png\n`);
  }
}
