import { describe, expect, test } from "bun:test";
import { makePeopleHttp } from "./people.testing.ts";

/** Relative luminance of `#rgb` or `#rrggbb` (WCAG 2.2). */
function luminance(color: string): number {
  const hex = color.length === 4 ? color.replace(/[0-9a-f]/g, "$&$&") : color;
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}
/** A colour that a style gives: `color` or `background` of a selector. */
function colorOf(style: string, selector: string, property: string): string {
  const [, rules = ""] =
    new RegExp(String.raw`(?:^|[}\s{])${selector.replace(".", "\\.")}\{([^}]*)\}`).exec(style) ?? [];
  return new RegExp(`(?:^|;)${property}:(#[0-9a-f]+)`).exec(rules)?.[1] ?? "";
}

test("the measure is that of the standard: black on white is 21, a grey of it 4.54", () => {
  expect(contrast("#000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#767676", "#fff")).toBeCloseTo(4.54, 2);
});

describe("the page of a link can be read by everybody", async () => {
  const { ask, people, secretOf } = await makePeopleHttp();
  const { text } = await ask("GET", `/link/${secretOf((await people.links.makeSetup(null)).link)}`);
  const style = /<style>([\s\S]*)<\/style>/.exec(text)?.[1] ?? "";
  const [light = "", dark = ""] = style.split("@media(prefers-color-scheme:dark)");
  test.each([
    ["text", colorOf(light, "body", "color"), colorOf(light, "body", "background")],
    ["a hint", colorOf(light, "small", "color"), colorOf(light, "body", "background")],
    ["the button", colorOf(light, "button", "color"), colorOf(light, "button", "background")],
    ["what is wrong", colorOf(light, "body", "color"), colorOf(light, ".bad", "background")],
    ["text, dark", colorOf(dark, "body", "color"), colorOf(dark, "body", "background")],
    ["a hint, dark", colorOf(dark, "small", "color"), colorOf(dark, "body", "background")],
    ["what is wrong, dark", colorOf(dark, "body", "color"), colorOf(dark, ".bad", "background")],
  ])("%s stands out: %s on %s", (_, front, back) => {
    expect([front, back]).toEqual([expect.stringMatching(/^#/), expect.stringMatching(/^#/)]);
    expect(contrast(front, back)).toBeGreaterThanOrEqual(4.5);
  });
  test("a long address breaks instead of running out of a small screen", () => {
    expect(light).toContain("overflow-wrap:anywhere");
    expect(text).toContain('<meta name="viewport" content="width=device-width">');
  });
});
