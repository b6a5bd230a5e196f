/**
 * `npm run screenshots`: every page at three widths in both themes, into `screenshots/` (which git does not see); `-- --de` in German.
 * `npm run screenshots -- --readme`: the pictures of the README, into `docs/images/`.
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { consoleServer, Visitor } from "./browser.ts";
import { PAGES } from "./pages.ts";
import { fillForPictures } from "./picture-world.ts";
import { takeReadmePictures } from "./readme-pictures.ts";

const folder = join(import.meta.dir, "..", "..", "screenshots");
const WIDTHS = [
  [375, 812],
  [768, 1024],
  [1440, 900],
] as const;

const [readme, only] = [
  process.argv.includes("--readme"),
  process.argv.slice(2).filter((word) => !word.startsWith("--")),
];
// the server and the commands have their time from it
if (readme) process.env.BUN_OPTIONS = `--preload ${join(import.meta.dir, "fixed-time.ts")}`;
const german = process.argv.includes("--de");
const server = await consoleServer({ demo: 200 });
try {
  if (!readme) await fillForPictures(server);
  mkdirSync(folder, { recursive: true });
  if (readme) await takeReadmePictures(server);
  else
    for (const { name, path, shows, signedOut } of PAGES) {
      if (only.length > 0 && !only.some((word) => name.includes(word))) continue;
      for (const [width, height] of WIDTHS)
        for (const scheme of ["light", "dark"] as const) {
          const file = join(folder, `${name}-${width}-${scheme}${german ? "-de" : ""}.png`);
          rmSync(file, { force: true });
          const visitor = await Visitor.open(server, { width, height, scheme, ...(german && { locale: "de-DE" }) });
          if (signedOut !== true) await visitor.signIn();
          await visitor.goto(path);
          // what a page shows when it is whole is known in English alone
          if (german) await visitor.page.waitForLoadState("networkidle");
          else await visitor.page.getByText(shows).filter({ visible: true }).first().waitFor();
          await visitor.page.waitForLoadState("load");
          await visitor.page.evaluate("document.fonts.ready.then(() => new Promise((done) => setTimeout(done, 600)))");
          await visitor.page.screenshot({ path: file });
          for (const sin of visitor.sins) process.stderr.write(`${name}: ${sin}\n`);
          await visitor.close();
          process.stdout.write(`${file}\n`);
        }
    }
} finally {
  await server.remove();
}
process.exit(0);
