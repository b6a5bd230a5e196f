/**
 * `npm run screenshots`: every page at three widths in both themes, into `screenshots/` (which git does not see).
 * `npm run screenshots -- --readme`: the pictures of the README, into `docs/images/`.
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { consoleServer, Visitor } from "./browser.ts";
import { PAGES } from "./pages.ts";
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
const server = await consoleServer({ demo: 200 });
try {
  mkdirSync(folder, { recursive: true });
  if (readme) await takeReadmePictures(server);
  else
    for (const { name, path, shows, signedOut } of PAGES) {
      if (only.length > 0 && !only.some((word) => name.includes(word))) continue;
      for (const [width, height] of WIDTHS)
        for (const scheme of ["light", "dark"] as const) {
          const file = join(folder, `${name}-${width}-${scheme}.png`);
          rmSync(file, { force: true });
          const visitor = await Visitor.open(server, { width, height, scheme });
          if (signedOut !== true) await visitor.signIn();
          await visitor.goto(path);
          await visitor.page.getByText(shows).filter({ visible: true }).first().waitFor();
          await visitor.page.waitForLoadState("load");
          await visitor.page.evaluate("document.fonts.ready.then(() => new Promise((done) => setTimeout(done, 600)))");
          await visitor.page.screenshot({ path: file });
          for (const sin of visitor.sins) process.stderr.write(`${name}: ${sin}\n`);
          await visitor.close();
          process.stdout.write(`screenshots/${name}-${width}-${scheme}.png\n`);
        }
    }
} finally {
  await server.remove();
}
process.exit(0);
