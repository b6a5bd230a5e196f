import { expect, test } from "bun:test";
import fc from "fast-check";
import { SeriesIds } from "./series-ids.ts";

test("property: ids are found by device and field as in a map, whatever comes and goes", () => {
  const few = fc.integer({ min: 1, max: 12 });
  const uid = fc.oneof(few, few, fc.integer({ min: 1, max: 2 ** 31 - 1 }));
  const step = fc.tuple(fc.boolean(), uid, fc.oneof(few, fc.integer({ min: 1, max: 2 ** 22 - 1 })));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const [ids, model] = [new SeriesIds(), new Map<string, number>()];
      for (const [i, [puts, device, field]] of steps.entries()) {
        if (puts) ids.set(device, field, i + 1);
        else ids.delete(device, field);
        if (puts) model.set(`${device} ${field}`, i + 1);
        else model.delete(`${device} ${field}`);
      }
      for (const [, device, field] of steps) expect(ids.get(device, field)).toBe(model.get(`${device} ${field}`));
    }),
  );
});

test("a hundred thousand series, half of which go", () => {
  const ids = new SeriesIds();
  const [devices, fields] = [10_000, 10];
  let id = 0;
  for (let d = 1; d <= devices; d++) for (let f = 1; f <= fields; f++) ids.set(d, f, ++id);
  for (let d = 1; d <= devices; d += 2) for (let f = 1; f <= fields; f++) ids.delete(d, f);
  id = 0;
  for (let d = 1; d <= devices; d++)
    for (let f = 1; f <= fields; f++) expect(ids.get(d, f)).toBe(++id && d % 2 === 0 ? id : undefined);
});
