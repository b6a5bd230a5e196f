import { expect, test } from "bun:test";
import { tileUrl } from "./tiles.ts";

test.each([
  ["https://tiles.example.com/{z}/{x}/{y}.png", true],
  ["http://127.0.0.1:8081/osm/{z}/{x}/{y}.webp?key=a_b-1", true],
  ["https://{s}.tiles.example.com/{z}/{x}/{y}.png", false],
  ["https://tiles.example.com/{z}/{x}.png", false],
  ["https://tiles.example.com", false],
  ["https://me:pw@tiles.example.com/{z}/{x}/{y}.png", false],
  ["ftp://tiles.example.com/{z}/{x}/{y}.png", false],
  ['https://tiles.example.com/{z}/{x}/{y}.png"><script>', false],
  ["https://tiles.example.com/{z}/{x}/{y}.png; script-src *", false],
  ["tiles.example.com/{z}/{x}/{y}.png", false],
])("%s: %p", (url, good) => {
  expect(tileUrl().safeParse(url).success).toBe(good);
});
