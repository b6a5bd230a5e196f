import { afterAll, expect, test } from "bun:test";
import { streamed } from "./stream.ts";

const logged: string[] = [];
const say = (_: object, message: string) => void logged.push(message);
const log = { debug: say, info: say, warn: say, error: say };
const PART = "x".repeat(100_000);
const state = { made: 0, returned: Promise.withResolvers<void>() };

async function* parts(count: number, error?: Error): AsyncGenerator<string> {
  try {
    for (let i = 0; i < count; i++) {
      state.made++;
      yield PART;
    }
    if (error) throw error;
  } finally {
    state.returned.resolve();
  }
}
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  development: false,
  error: () => new Response(null, { status: 500 }),
  fetch: (request) => {
    state.made = 0;
    state.returned = Promise.withResolvers<void>();
    const { pathname } = new URL(request.url);
    const error = pathname === "/broken" ? new Error("rights were lost") : undefined;
    return streamed(parts(pathname === "/long" ? 5000 : 40, error), "text/plain", log, { "X-More": "1" });
  },
});
afterAll(() => server.stop(true));
const ask = (path: string) => fetch(new URL(path, server.url));

test("a stream to its end", async () => {
  const answer = await ask("/whole");
  expect([answer.headers.get("Content-Type"), answer.headers.get("X-More")]).toEqual(["text/plain", "1"]);
  expect((await answer.text()).length).toBe(40 * PART.length);
});

test("one that fails on its way is seen to be broken off, not to end", async () => {
  const answer = await ask("/broken");
  expect(answer.status).toBe(200);
  await expect(answer.text()).rejects.toThrow();
  expect(logged).toEqual(["an answer broke off"]);
});

test("what fails before the first part is an ordinary error", async () => {
  await expect(streamed(parts(0, new Error("no")), "text/plain", log)).rejects.toThrow("no");
});

test("it is made no faster than it is read, and not to the end for somebody who is gone", async () => {
  const answer = await ask("/long");
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  await reader.cancel();
  await state.returned.promise;
  expect(state.made).toBeLessThan(5000);
});
