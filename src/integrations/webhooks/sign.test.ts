import { expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { signedHeaders } from "./sign.ts";

// the example of the specification's reference libraries
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const NOW = 1_614_265_330_000_000;
const BODY = '{"test": 2432232314}';
const NEITHER = { oldSecret: undefined, signature: "standard" } as const;

test("the known example is signed as the specification says", () => {
  expect(signedHeaders({ secret: SECRET, ...NEITHER }, ID, BODY, NOW)).toEqual({
    "webhook-id": ID,
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

test("while a secret is rotated both sign, the new one first; then the new one alone", () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
  const rotated = { secret, oldSecret: { secret: SECRET, until: NOW + 1 }, signature: "standard" } as const;
  const [first = "", second, ...more] = signedHeaders(rotated, ID, BODY, NOW)["webhook-signature"]?.split(" ") ?? [];
  expect(second).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  expect(more).toEqual([]);
  expect(signedHeaders(rotated, ID, BODY, NOW + 1_000_000)["webhook-signature"]?.split(" ")).toHaveLength(1);
  expect(first).toStartWith("v1,");
});

test("as GitHub does it, on request: over the body, by the text of the secret", () => {
  const headers = signedHeaders({ secret: SECRET, oldSecret: undefined, signature: "github" }, ID, "ü", NOW);
  expect(headers["x-hub-signature-256"]).toBe(`sha256=${createHmac("sha256", SECRET).update("ü").digest("hex")}`);
});
