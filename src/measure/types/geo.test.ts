import { describe, expect, test } from "bun:test";
import { HOSTILE, read, table } from "../value.testing.ts";

describe("GEO", () => {
  const there = { lat: 47.5, lng: 8.25 };
  table("GEO", [
    ["(47.5,8.25)", there, "(47.5,8.25)"],
    ["47.5,8.25", there, "(47.5,8.25)"],
    [" ( 47.5 , 8.25 ) ", there],
    ["47.5, 8.25", there],
    ['"(47.5,8.25)"', there],
    ['{"lat":47.5,"lng":8.25}', there],
    ['{"latitude":47.5,"lon":8.25}', there],
    ['{"longitude": 8.25, "lat": 47.5}', there],
    ['{"lat":"47.5","lng":"8.25"}', there],
    ['"{\\"lat\\":47.5,\\"lng\\":8.25}"', there],
    ["-90,-180", { lat: -90, lng: -180 }],
    ["90,180", { lat: 90, lng: 180 }],
    ["-0,-0.0", { lat: 0, lng: 0 }, "(0,0)"],
    ['{"lat":-0,"lng":-0.0}', { lat: 0, lng: 0 }],
    ["1e1,2e1", { lat: 10, lng: 20 }],
    ["90.0001,0", undefined],
    ["0,180.1", undefined],
    ["-91,0", undefined],
    ["0,-181", undefined],
    ["(47.5,8.25", undefined],
    ["47.5,8.25)", undefined],
    ["47.5 8.25", undefined],
    ["47.5", undefined],
    [",", undefined],
    ["(,)", undefined],
    ["()", undefined],
    ["(", undefined],
    ["1,2,3", undefined],
    ["a,b", undefined],
    ["[47.5,8.25]", undefined],
    ["null", undefined],
    ["{}", undefined],
    ['{"lat":1}', undefined],
    ['{"lng":1}', undefined],
    ['{"lat":1,"latitude":1,"lng":2}', undefined],
    ['{"lat":1,"lat":1,"lng":2}', undefined],
    ['{"lat":1,"lng":2,"lon":2}', undefined],
    ['{"lat":1,"lng":2,"alt":3}', undefined],
    ['{"LAT":1,"lng":2}', undefined],
    ['{"lat":null,"lng":2}', undefined],
    ['{"lat":{},"lng":[]}', undefined],
    ['{"lat":1e400,"lng":2}', undefined],
    ['{"lat":true,"lng":2}', undefined],
    ['{"lat":1,"lng":2', undefined],
    ['{"__proto__":1,"lng":2}', undefined],
    [`{"lat":${"[".repeat(50000)}${"]".repeat(50000)},"lng":2}`, undefined],
  ]);
  test("names of Object.prototype are unknown keys", () => {
    for (const name of HOSTILE) expect(read("GEO", `{"${name}":1,"lat":1,"lng":2}`)).toBeUndefined();
  });
});
