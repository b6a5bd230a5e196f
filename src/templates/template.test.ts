import { describe, expect, spyOn, test } from "bun:test";
import fc from "fast-check";
import { MOST_TEMPLATE, parseTemplate, TemplateError } from "./template.ts";

const VALUES = { value: 22.456, field: "TEMPERATURE", device: { name: 'A "warm" room', tags: ["a", "b"] }, none: null };
const render = (text: string): string => parseTemplate(text).render(VALUES);

test.each([
  ["plain", "plain"],
  ["{{ value | round: 1 }} °C", "22.5 °C"],
  [
    '{"name": {{ device.name | json }}, "tags": {{ device.tags | json }}}',
    '{"name": "A \\"warm\\" room", "tags": ["a","b"]}',
  ],
  ["{% if value > 20 %}warm{% else %}cold{% endif %}", "warm"],
  ["{% for tag in device.tags %}{{ tag | upcase }};{% endfor %}", "A;B;"],
  ["{{ none | default: 'nothing' }}", "nothing"],
  ["{% raw %}{{ value }}{% endraw %}", "{{ value }}"],
  ["{% assign hot = value | times: 2 %}{{ hot }}", "44.912"],
])("%s", (text, expected) => {
  expect(render(text)).toBe(expected);
});

describe("what cannot be", () => {
  test.each([
    ["{{ value", "not closed"],
    ["{{ value | celsius }}", "undefined filter: celsius"],
    ["{{ value | round(1) }}", 'write "| round: 1", not "| round(1)"'],
    ["{% include 'secrets' %}", 'tag "include" not found'],
    ["{% render '/etc/passwd' %}", 'tag "render" not found'],
    ["{% layout 'x' %}", 'tag "layout" not found'],
    ["{% if value %}", "not closed"],
    ["x".repeat(MOST_TEMPLATE + 1), "are allowed"],
  ])("%p is told at once", (text, message) => {
    expect(() => parseTemplate(text)).toThrow(message);
    expect(() => parseTemplate(text)).toThrow(TemplateError);
  });
  test.each([
    ["{{ temperature }}", "undefined variable: temperature"],
    ["sent: {{ device.serial }}", "undefined variable: device.serial"],
    ["{{ device.constructor }}", "undefined variable"],
    ["{{ device.__proto__.polluted }}", "undefined variable"],
    ["{% for i in (1..100000000) %}x{% endfor %}", "limit exceeded"],
    ["{% assign x = 'a' %}{% for i in (1..60) %}{% assign x = x | append: x %}{% endfor %}{{ x }}", "limit exceeded"],
    [
      "{% for i in (1..9999) %}{% for j in (1..9999) %}{{ value }}{% endfor %}{% endfor %}",
      "it takes more than 50 ms: let it repeat less",
    ],
  ])("%p is told when it is rendered, and nothing comes of it", (text, message) => {
    const template = parseTemplate(text);
    expect(() => template.render(VALUES)).toThrow(message);
    expect(() => template.render(VALUES)).toThrow(TemplateError);
  });
});

test("who loses the processor to others for a while is no mistake of the template", () => {
  const steady = performance.now();
  let asked = 0;
  // within the first two tries the clock goes on by a second
  const clock = spyOn(performance, "now").mockImplementation(() => steady + 1000 * Math.min(++asked, 4));
  try {
    expect(render("{{ value | round: 1 }} °C")).toBe("22.5 °C");
    expect(asked).toBeGreaterThan(4);
  } finally {
    clock.mockRestore();
  }
});

test("whatever somebody writes, it is a template or a TemplateError", () => {
  const part = fc.constantFrom(
    "{{",
    "}}",
    "{%",
    "%}",
    " value ",
    "|",
    "round",
    ": 1",
    "if",
    "endif",
    "for x in (1..9)",
    "[",
    ".",
    "'",
    "-",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(part, fc.string()), { maxLength: 12 }), (parts) => {
      try {
        expect(typeof render(parts.join(""))).toBe("string");
      } catch (error) {
        expect(error).toBeInstanceOf(TemplateError);
      }
    }),
    { numRuns: 500 },
  );
});

test("what is not there is false in a condition, and what `default` says; anywhere else it is an error", () => {
  const values = { there: { a: 1 } };
  const text = "{% if gone %}x{% else %}y{% endif %}{{ there.b | default: 'none' }}{{ gone.a | default: 2 }}";
  expect(parseTemplate(text).render(values)).toBe("ynone2");
  expect(() => parseTemplate("{{ there.b }}").render(values)).toThrow(TemplateError);
});
