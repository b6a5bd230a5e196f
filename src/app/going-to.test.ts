import { expect, test } from "bun:test";
import { Endpoint } from "../../test/webhooks/rig.ts";
import { outgoingOf } from "./going-to.ts";

test("nothing leaves while the server is not sure of its store", async () => {
  const to = new Endpoint();
  try {
    const lease = { frozen: false, fenced: false, age: 0, replicated: true };
    const config = { allowOutgoing: ["127.0.0.1"] };
    const post = outgoingOf({ config, stores: { lease } }, 5000, 100);
    expect((await post.request(to.url, { method: "POST", body: "1" })).status).toBe(200);
    lease.frozen = true;
    const why = await post.request(to.url, { method: "POST", body: "2" }).catch((error: Error) => error.message);
    expect(why).toContain("not sure of its store");
    lease.frozen = false;
    expect((await post.request(to.url, { method: "POST", body: "3" })).status).toBe(200);
    expect(to.got.map(({ body }) => body)).toEqual(["1", "3"]);
  } finally {
    await to.stop();
  }
});
