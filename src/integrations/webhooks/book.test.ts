import { expect, test } from "bun:test";
import { MemoryDataStore } from "../../store/memory/store.ts";
import { forgetBook, HookBook } from "./book.ts";

const HOUR = 3_600_000_000;
const START = 500_000 * HOUR;
async function makeBook() {
  const store = new MemoryDataStore();
  await store.open();
  const open = async () => {
    const book = new HookBook(1, store);
    const told = await book.load();
    const write = (now: number) => store.commit({ count: 0, blob: null, ops: book.flush(now) });
    return { book, told, write };
  };
  return { store, open, ...(await open()) };
}
const call = (time: number, error: string | null = null) => ({
  ...{ time, error, request: "1-1-a", tries: 1, events: 1, status: 200, ms: 1, body: "{}", answer: "" },
});
const letter = (time: number, body = "x") => ({
  time,
  request: "1-1-a",
  events: 1,
  tries: 10,
  error: "no",
  headers: {},
  body,
});

test("the last hundred calls are kept, over a restart, too; their numbers go on", async () => {
  const { book, write, open } = await makeBook();
  for (let i = 0; i < 250; i++) {
    book.call(call(START + i));
    if (i % 60 === 0) await write(START + i);
  }
  await write(START + 250);
  const calls = await book.calls(undefined, 1000);
  expect([calls.length, calls[0]?.call, calls.at(-1)?.call]).toEqual([100, 250, 151]);
  const next = await open();
  next.book.call(call(START + 300));
  await next.write(START + 300);
  expect((await next.book.calls(undefined, 2)).map(({ call }) => call)).toEqual([251, 250]);
  expect((await next.book.calls(200, 2)).map(({ call }) => call)).toEqual([199, 198]);
});

test("calls and errors of seven days, by the hour; notices are none", async () => {
  const { book, write, open } = await makeBook();
  for (let hour = 0; hour < 200; hour++) {
    book.call(call(START + hour * HOUR));
    book.call(call(START + hour * HOUR, "no"));
    book.call({ ...call(START + hour * HOUR, "It is paused."), request: null });
    await write(START + hour * HOUR);
  }
  const now = START + 199 * HOUR;
  expect(book.week(now)).toEqual({ calls: 336, failed: 168 });
  expect((await open()).book.week(now)).toEqual({ calls: 336, failed: 168 });
  expect((await open()).book.week(now + 168 * HOUR)).toEqual({ calls: 0, failed: 0 });
});

test("dead letters are bounded in number, characters and age; what goes is counted, over a restart, too", async () => {
  const { book, write, open } = await makeBook();
  for (let i = 0; i < 1100; i++) book.bury(letter(START + i));
  await write(START);
  expect([book.letters.count, book.dropped]).toEqual([1000, 100]);
  book.bury(letter(START + 2000, "y".repeat(15.95 * 1024 * 1024)));
  await write(START);
  expect(book.letters.count).toBeLessThan(1000);
  const [newest] = await book.readLetters(undefined, 1);
  expect(newest).toMatchObject({ letter: 1101, body: expect.stringMatching(/^y/) });
  const { book: again } = await open();
  expect([again.letters.count, again.dropped]).toEqual([book.letters.count, book.dropped]);
  again.bury(letter(START + 31 * 24 * HOUR));
  expect(again.letters.count).toBe(1);
  expect(again.letters.keys).toEqual([1102]);
});

test("letters are discarded one by one, or all", async () => {
  const { book, write } = await makeBook();
  for (let i = 0; i < 3; i++) book.bury(letter(START + i));
  expect([book.discard(2), book.discard(2), book.discard(77)]).toEqual([1, 0, 0]);
  await write(START);
  expect((await book.readLetters(undefined, 10)).map(({ letter: key }) => key)).toEqual([3, 1]);
  expect(book.discard(null)).toBe(2);
  await write(START);
  expect(await book.readLetters(undefined, 10)).toEqual([]);
});

test("who was told online comes back, but devices that are gone; a webhook that is deleted leaves nothing", async () => {
  const { book, write, open, store } = await makeBook();
  for (const key of [1, 2, 3]) book.told({ key, time: START, body: "1 1" });
  await write(START);
  book.forgetTold([2]);
  await write(START);
  expect((await open()).told.map(({ key }) => key)).toEqual([3, 1]);
  book.call(call(START));
  book.bury(letter(START));
  book.drop(5);
  await write(START);
  await store.commit({ count: 0, blob: null, ops: forgetBook(1) });
  const fresh = await open();
  expect([fresh.told, fresh.book.letters.count, fresh.book.dropped, fresh.book.week(START)]).toEqual([
    [],
    0,
    0,
    { calls: 0, failed: 0 },
  ]);
});
