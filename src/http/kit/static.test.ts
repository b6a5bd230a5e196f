import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { makeWorld } from "../http.testing.ts";
import { filesBelow, PAGE_POLICY, StaticFiles } from "./static.ts";

const root = mkdtempSync(join(tmpdir(), "fieldcast-static-"));
const SCRIPT = `console.log(${JSON.stringify("x".repeat(5000))});`;
const PAGE = "<!doctype html><title>fieldcast</title>";
beforeAll(() => {
  mkdirSync(join(root, "files", "assets"), { recursive: true });
  writeFileSync(join(root, "files", "index.html"), PAGE);
  writeFileSync(join(root, "files", "assets", "index-4f3a9c2b.js"), SCRIPT);
  writeFileSync(join(root, "files", "assets", "logo.png"), "p".repeat(3000));
  writeFileSync(join(root, "secret.txt"), "secret");
});
afterAll(() => rmSync(root, { recursive: true }));

const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  makeWorld({ files: new StaticFiles(filesBelow(join(root, "files"))) }).ask(method, path, null, undefined, headers);

describe("files of the console", () => {
  test("a page has a policy without inline scripts, is not kept, and is known by its tag", async () => {
    const answer = await get("/console/");
    expect([answer.status, await answer.text()]).toEqual([200, PAGE]);
    const of = (name: string) => answer.headers.get(name);
    expect([of("Content-Type"), of("Cache-Control"), of("Content-Security-Policy")]).toEqual([
      "text/html; charset=utf-8",
      "no-cache",
      PAGE_POLICY,
    ]);
    expect(of("X-Frame-Options")).toBe("DENY");
    expect(of("X-Content-Type-Options")).toBe("nosniff");
    expect(PAGE_POLICY).not.toMatch(/script-src[^;]*unsafe|https?:|\*/);
    const etag = of("ETag") ?? "";
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const again = await get("/console/", { "If-None-Match": known });
      expect([known, again.status, await again.text()]).toEqual([known, 304, ""]);
    }
    expect((await get("/console/", { "If-None-Match": '"other"' })).status).toBe(200);
  });

  test("with a tile server the page says where it is, and its policy lets pictures come from there and nothing else", async () => {
    const tiles = "https://tiles.example.com/{z}/{x}/{y}.png?a=1&b=2";
    const folder = mkdtempSync(join(root, "tiles-"));
    writeFileSync(join(folder, "index.html"), `<head></head>${SCRIPT}`);
    writeFileSync(join(folder, "index.html.br"), "packed without it");
    const files = new StaticFiles(filesBelow(folder), tiles);
    const answer = await makeWorld({ files }).ask("GET", "/console/", null);
    const policy = answer.headers.get("Content-Security-Policy") ?? "";
    expect(policy).toContain("img-src 'self' https://tiles.example.com data: blob:;");
    expect(policy.replace(" https://tiles.example.com", "")).toBe(PAGE_POLICY);
    const meta = '<meta name="map-tiles" content="https://tiles.example.com/{z}/{x}/{y}.png?a=1&amp;b=2"></head>';
    expect(await answer.text()).toContain(meta);
    const small = await makeWorld({ files }).ask("GET", "/console/", null, undefined, { "Accept-Encoding": "br" });
    expect(new TextDecoder().decode(brotliDecompressSync(await small.bytes()))).toContain(meta);
  });

  test("a name with a hash is kept for ever", async () => {
    const answer = await get("/console/assets/index-4f3a9c2b.js");
    expect(answer.headers.get("Cache-Control")).toBe("public, max-age=31536000, immutable");
    expect(answer.headers.get("Content-Type")).toBe("text/javascript; charset=utf-8");
    expect(await answer.text()).toBe(SCRIPT);
  });

  test("what was packed beforehand is sent as it is, and is no file of its own", async () => {
    const folder = mkdtempSync(join(root, "packed-"));
    writeFileSync(join(folder, "a.js"), SCRIPT);
    writeFileSync(join(folder, "a.js.br"), "packed");
    writeFileSync(join(folder, "of-nothing.js.br"), "packed");
    const files = new StaticFiles(filesBelow(folder));
    const ask = (path: string, encoding: string) =>
      makeWorld({ files }).ask("GET", path, null, undefined, { "Accept-Encoding": encoding });
    const answer = await ask("/console/a.js", "br");
    expect([answer.headers.get("Content-Encoding"), await answer.text()]).toEqual(["br", "packed"]);
    expect(await (await ask("/console/a.js", "identity")).text()).toBe(SCRIPT);
    for (const name of ["a.js.br", "of-nothing.js.br", "of-nothing.js"])
      expect((await ask(`/console/${name}`, "br")).status).toBe(404);
  });

  test.each([
    ["br, gzip", "br"],
    ["gzip, deflate", "gzip"],
    ["br;q=0, gzip", "gzip"],
    ["identity", null],
    ["", null],
  ])("Accept-Encoding %s: %p", async (accepted, encoding) => {
    const answer = await get("/console/assets/index-4f3a9c2b.js", { "Accept-Encoding": accepted });
    expect([answer.headers.get("Content-Encoding"), answer.headers.get("Vary")]).toEqual([encoding, "Accept-Encoding"]);
    const bytes = await answer.bytes();
    const text = encoding === "br" ? brotliDecompressSync(bytes) : encoding === "gzip" ? gunzipSync(bytes) : bytes;
    expect(new TextDecoder().decode(text)).toBe(SCRIPT);
    if (encoding !== null) expect(bytes.length).toBeLessThan(200);
  });

  test("pictures are not packed again", async () => {
    expect(
      (await get("/console/assets/logo.png", { "Accept-Encoding": "br" })).headers.get("Content-Encoding"),
    ).toBeNull();
  });

  test("every address without an ending is a page of the application; a file that is not there is not", async () => {
    expect(await (await get("/console/devices/pump/d1?tab=history")).text()).toBe(PAGE);
    expect((await get("/console/assets/none-4f3a9c2b.js")).status).toBe(404);
  });

  test.each([
    "/console/../secret.txt",
    "/console/..%2fsecret.txt",
    "/console/%2e%2e/secret.txt",
    "/console/assets/..%5c..%5csecret.txt",
    "/console/%00",
    "/console/%zz.js",
  ])("%s leads out of the folder nowhere", async (path) => {
    const answer = await get(path);
    expect(await answer.text()).not.toContain("secret");
  });

  test("a browser at / is led to it; programs still get the text, and so does everybody without a console", async () => {
    const browser = { Accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8" };
    const led = await get("/", browser);
    expect([led.status, led.headers.get("Location")]).toEqual([302, "/console/"]);
    expect(await (await get("/", { Accept: "*/*" })).text()).toStartWith("fieldcast: the MQTT data cloud");
    const without = await makeWorld().ask("GET", "/", null, undefined, browser);
    expect(await without.text()).toStartWith("fieldcast: the MQTT data cloud");
    expect((await makeWorld().ask("GET", "/console/", null)).status).toBe(404);
  });

  test("HEAD tells the same without the file", async () => {
    const answer = await get("/console/", {}, "HEAD");
    expect([answer.status, answer.headers.get("ETag")?.length, await answer.text()]).toEqual([200, 24, ""]);
  });
});
