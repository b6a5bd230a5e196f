import { expect, test } from "bun:test";
import { Interest } from "./interest.ts";

const keys = (n: number, product = "p") => new Set(Array.from({ length: n }, (_, i) => `${product}/${i}`));

test("the devices that are looked at, and no others; each begins with what it has", () => {
  const interest = new Interest();
  expect(interest.aim(new Set(), false)).toBe("idle=true");
  expect(interest.aim(new Set(["a/1", "a/2", "b/1"]), false)).toBe("products=a%2Cb&devices=1%2C2&current=true");
});

test("a stream that has them already stays", () => {
  const interest = new Interest();
  const first = interest.aim(keys(40), false);
  expect(interest.aim(keys(30), false)).toBe(first);
  expect(interest.aim(new Set(["p/41"]), false)).toBe("products=p&devices=41&current=true");
  expect(interest.aim(new Set(), false)).toBe("idle=true");
});

test("too many devices are followed by product, too many products all", () => {
  const interest = new Interest();
  expect(interest.aim(keys(101), false)).toBe("products=p");
  expect(interest.aim(keys(2), false)).toBe("products=p&devices=0%2C1&current=true");
  expect(interest.aim(new Set(Array.from({ length: 21 }, (_, n) => `p${n}/1`)), false)).toBe("");
  expect(interest.aim(keys(1), true)).toBe("");
});
