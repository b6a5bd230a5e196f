import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { base64Bytes, devEuiOf, hexBytes, hexOf } from "./bytes.ts";
import { bestOf, codingRate, frequencyOf, gatewayOf, loraRate, rateText } from "./radio.ts";
import { timeOf } from "./times.ts";
import { at, countOf, flagOf, numberOf, objectsOf, positionOf, textOf } from "./values.ts";

const iso = (millis: number | null) => (millis === null ? null : new Date(millis).toISOString());

describe("times", () => {
  test.each([
    ["2026-03-04T10:11:12Z", "2026-03-04T10:11:12.000Z"],
    ["2026-03-04T10:11:12.345678901Z", "2026-03-04T10:11:12.345Z"],
    ["2026-03-04T10:11:12.3+02:00", "2026-03-04T08:11:12.300Z"],
    ["2026-03-04T10:11:12+0200", "2026-03-04T08:11:12.000Z"],
    ["2026-03-04T10:11:12-05", "2026-03-04T15:11:12.000Z"],
    ["2026-03-04 10:11:12", "2026-03-04T10:11:12.000Z"],
    ["2026-03-04T10:11:12,5 UTC", "2026-03-04T10:11:12.500Z"],
    [1_772_619_072, "2026-03-04T10:11:12.000Z"],
    [1_772_619_072.345, "2026-03-04T10:11:12.345Z"],
    ["1772619072345", "2026-03-04T10:11:12.345Z"],
    [0, null],
    ["1999-01-01T00:00:00Z", null],
    ["2026-13-45T10:11:12Z", null],
    ["soon", null],
    [null, null],
    [{}, null],
  ])("%p is %p", (value, expected) => {
    expect(iso(timeOf(value))).toBe(expected);
  });
});

describe("bytes", () => {
  test.each([
    ["70B3D57ED005A11C", "70b3d57ed005a11c"],
    ["70-b3-d5-7e-d0-05-a1-1c", "70b3d57ed005a11c"],
    ["70:B3:D5:7E:D0:05:A1:1C", "70b3d57ed005a11c"],
    ["0x70b3d57ed005a11c", "70b3d57ed005a11c"],
    [" 70b3 d57e d005 a11c ", "70b3d57ed005a11c"],
    ["cLPVftAFoRw=", "70b3d57ed005a11c"],
    ["70b3d57ed005a11", null],
    ["70b3d57ed005a11cd", null],
    ["hello", null],
    [7, null],
    [null, null],
  ])("the DevEUI %p is %p", (value, expected) => {
    expect(devEuiOf(value)).toBe(expected);
  });

  test("what was written in hexadecimal or base64, in any of their forms, is read as it was", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 255 }), (bytes) => {
        const hex = hexOf(bytes);
        const base64 = Buffer.from(bytes).toString("base64");
        for (const text of [hex, hex.toUpperCase(), `0x${hex}`, hex.replace(/..\B/g, "$& ").trim()])
          expect(hexBytes(text, "k")).toEqual(bytes);
        for (const text of [base64, base64.replace(/=+$/, ""), Buffer.from(bytes).toString("base64url")])
          expect(base64Bytes(text, "k")).toEqual(bytes);
      }),
    );
    expect([hexBytes(undefined, "k"), base64Bytes(null, "k")]).toEqual([null, null]);
  });
});

describe("radio", () => {
  test.each([
    [loraRate(7, 125000), "SF7BW125"],
    [loraRate("12", "500"), "SF12BW500"],
    [loraRate(9, undefined), "SF9"],
    [loraRate(0, 125), null],
    [rateText("SF9 BW125 4/5"), "SF9BW125"],
    [rateText("sf10bw500"), "SF10BW500"],
    [rateText("FSK"), "FSK"],
    [rateText(undefined), null],
    [codingRate("CR_4_5"), "4/5"],
    [codingRate("4/8"), "4/8"],
    [codingRate("none"), null],
    [frequencyOf("868100000"), 868_100_000],
    [frequencyOf(868.1), 868_100_000],
    [frequencyOf(0), null],
  ])("%p is %p", (found, expected) => {
    expect(found as unknown).toBe(expected);
  });

  test("the gateway that heard it best is the strongest, and of equals the clearest", () => {
    const heard = (rssi: unknown, snr: unknown) => gatewayOf({ id: `${rssi} ${snr}`, rssi, snr });
    expect(bestOf([heard(-90, 9), heard(-80, -5), heard("-80", "3")])?.id).toBe("-80 3");
    expect(bestOf([heard(undefined, 4), heard(undefined, undefined), heard(undefined, 5)])?.snr).toBe(5);
    expect(bestOf([heard(undefined, undefined)])).toBeNull();
  });
});

describe("values", () => {
  test.each([
    [numberOf("-97.5"), -97.5],
    [numberOf(" 1e3 "), 1000],
    [numberOf("0x10"), null],
    [numberOf(""), null],
    [numberOf(Number.NaN), null],
    [countOf("7"), 7],
    [countOf(-1), null],
    [countOf(1.5), null],
    [flagOf("True"), true],
    [flagOf(0), false],
    [flagOf("maybe"), null],
    [textOf(5), "5"],
    [textOf(""), null],
    [at({ a: { b: 1 } }, "a", "b"), 1],
    [at({}, "constructor"), undefined],
    [at([1], "0"), undefined],
  ])("%p is %p", (found, expected) => {
    expect(found as unknown).toBe(expected);
  });
  test("one object counts as a list of one, and (0, 0) as no position", () => {
    expect(objectsOf({ a: 1 })).toEqual([{ a: 1 }]);
    expect(objectsOf([{ a: 1 }, 2, null])).toEqual([{ a: 1 }]);
    expect([positionOf(0, 0), positionOf("1.5", 2), positionOf(91, 0)]).toEqual([null, { lat: 1.5, lng: 2 }, null]);
  });
});
