import { expect, test } from "bun:test";
import { isSafe, Markdown } from "./markdown.tsx";

/** The tree that is drawn, as text: elements by their names, with where links lead. */
function drawn(node: unknown): string {
  if (Array.isArray(node)) return node.map(drawn).join("");
  // what is text is no element
  if (typeof node === "string") return node.replaceAll("<", "‹");
  if (typeof node !== "object" || node === null) return "";
  const { type, props } = node as { type: unknown; props: Record<string, unknown> }; // an element of React
  if (typeof type === "function") return drawn((type as (props: object) => unknown)(props));
  const inner = drawn(props.children);
  if (typeof type !== "string") return inner;
  const keys = Object.keys(props).filter((key) => key !== "children");
  return `<${[type, ...keys.map((key) => `${key}=${String(props[key])}`)].join(" ")}>${inner}</${type}>`;
}
const tree = (text: string) => drawn(Markdown({ text }));

test.each([
  ["# Plant\n\nAll *of* **it**", "<h2 data-depth=1>Plant</h2><p>All <em>of</em> <strong>it</strong></p>"],
  ["### a\n\n##### b", "<h2 data-depth=3>a</h2><h3 data-depth=5>b</h3>"],
  ["- a\n- b", "<ul><li>a</li><li>b</li></ul>"],
  ["1. a", "<ol><li>a</li></ol>"],
  ["[docs](https://example.com/a)", "href=https://example.com/a rel=noreferrer noopener"],
  ["a < b & `c < d`", "<p>a ‹ b & <code>c ‹ d</code></p>"],
  ["|a|b|\n|-|-|\n|1|2|", "<td>1</td><td>2</td>"],
])("%j", (text, expected) => {
  expect(tree(text)).toContain(expected);
});

test.each([
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "[x](javascript:alert(1))",
  "[x](data:text/html;base64,AAAA)",
  "[x](//evil.example/a)",
  "![x](https://evil.example/a.png)",
  '<a href="https://evil.example" onclick="x()">x</a>',
  "<svg/onload=alert(1)>",
])("%s becomes text, and no element", (text) => {
  const names = [...tree(text).matchAll(/<(\w+)/g)].map(([, name]) => name);
  expect(names.filter((name) => name !== "p")).toEqual([]);
});

test("links lead to the web, to mail, or within this server", () => {
  expect(["https://a", "mailto:a@b", "/console/", "#a"].every(isSafe)).toBe(true);
  expect(["javascript:x", "//a", "ftp://a", "", null, 3].some(isSafe)).toBe(false);
});
