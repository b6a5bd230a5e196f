import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { SAMPLES, type Sent } from "../../fleet/webhooks.ts";
import { Form } from "./forms.ts";
import { linesOf } from "./influx.ts";

const event = (value: unknown, field = "T", device = "d", product = "p", timestamp = 1.5): Sent => ({
  ...SAMPLES.device_measurement,
  data: { device: { id: device, product }, field, value, timestamp },
});
const URL_MS = "https://x.example/write?precision=ms";

describe("line protocol", () => {
  test.each([
    [event(22.5), "fieldcast,product=p,device=d T=22.5 1500\n"],
    [event(-3), "fieldcast,product=p,device=d T=-3 1500\n"],
    [event(true), "fieldcast,product=p,device=d T=t 1500\n"],
    [event(false), "fieldcast,product=p,device=d T=f 1500\n"],
    [event({ lat: 52.5, lng: 13.4 }), "fieldcast,product=p,device=d T_lat=52.5,T_lng=13.4 1500\n"],
    [event('a "b" \\ c\nd'), 'fieldcast,product=p,device=d T="a \\"b\\" \\\\ c\nd" 1500\n'],
    [event(1, "T", "a b,c=d"), "fieldcast,product=p,device=a\\ b\\,c\\=d T=1 1500\n"],
  ])("%#", (sent, line) => {
    expect(linesOf([sent], URL_MS)).toBe(line);
  });
  test.each([
    ["ns", "1500000000"],
    ["us", "1500000"],
    ["ms", "1500"],
    ["s", "1"],
    ["", "1500000000"],
    ["parsecs", "1500000000"],
  ])("times in %p", (precision, time) => {
    expect(linesOf([event(1)], `https://x.example/write?precision=${precision}`)).toEndWith(` ${time}\n`);
  });
  test("what a device is called, or says, never makes another line or field of it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (name, text) => {
        const line = linesOf([event(text, "T", name || "d", name || "p")], URL_MS);
        // without what stands in quotes and what is escaped: two tags, one field, one time
        const bare = line.replace(/"(?:[^"\\]|\\.)*"/s, "V").replaceAll(/\\[ ,=]/g, "x");
        expect(bare.match(/\n/g)).toHaveLength(1);
        expect(bare.match(/ /g)).toHaveLength(2);
        expect(bare.match(/=/g)).toHaveLength(3);
      }),
    );
  });
});

describe("templates", () => {
  const shape = { form: "template", url: "https://x.example/", batchMax: 1, headers: {} } as const;
  test("of one event see its parts; of a batch they see the list", () => {
    const one = new Form({
      ...shape,
      template: "{{ device.id }} {{ field }}={{ value }} {{ type }} {{ workspace }} {{ time }} {{ timestamp }}",
    });
    expect(one.render([SAMPLES.device_measurement]).body).toBe(
      "000001 TEMPERATURE=22.5 device_measurement home 2026-01-01T12:00:00Z 1767268800",
    );
    const many = new Form({ ...shape, batchMax: 9, template: "{% for e in events %}{{ e.value }};{% endfor %}" });
    expect(many.render([event(1), event(2)]).body).toBe("1;2;");
    expect(() => new Form({ ...shape, batchMax: 9, template: "{{ value }}" }).render([event(1)])).toThrow(
      "undefined variable: value",
    );
  });
  test("what a device says cannot become another header", () => {
    const form = new Form({
      ...shape,
      template: "x",
      headers: { "X-Text": "{{ value }}", "Content-Type": "text/plain" },
    });
    expect(form.render([event("a\r\nSet-Cookie: b\u0000\u2028ü")]).headers).toEqual({
      "content-type": "text/plain",
      "x-text": "a Set-Cookie: b ü",
    });
  });
  test("each sample has what events of its kind have", () => {
    for (const sample of Object.values(SAMPLES)) {
      const form = new Form({ ...shape, form: "original", template: undefined });
      expect(JSON.parse(form.render([sample]).body)).toEqual(JSON.parse(JSON.stringify(sample)));
    }
  });
});
