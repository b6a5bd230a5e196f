import { expect, test } from "bun:test";
import { topicParts } from "./topic.ts";

test.each([
  ["dtck-pub/my-product/000001/TEMPERATURE", { product: "my-product", device: "000001", field: "TEMPERATURE" }],
  [" dtck/my-product/dev:7/ \n", { product: "my-product", device: "dev:7", field: null }],
  ["dtck/my-product/+/+", { product: "my-product", device: null, field: null }],
  ["dtck/my-product/000001/#", { product: "my-product", device: "000001", field: null }],
  ["dtck-errors/my-product/000001", { product: "my-product", device: "000001", field: null }],
  ["boiler room", null],
  ["a/b", null],
  ["a/B c/d", null],
  ["a/b/c/d/e", null],
])("%j", (text, parts) => expect(topicParts(text)).toEqual(parts));
