import { expect, test } from "bun:test";
import { Late } from "./late.ts";

/** A reader with room for so many bytes; `run` lets the time of a second try come. */
function slowReader(most?: number) {
  let room = 0;
  let got = "";
  const timers: (() => void)[] = [];
  const sink = (bytes: Uint8Array): number => {
    const n = Math.min(room, bytes.length);
    got += Buffer.from(bytes.subarray(0, n)).toString();
    room -= n;
    return n;
  };
  const late = new Late(sink, (fn) => timers.push(fn), most);
  return {
    write: (text: string) => late.write(Buffer.from(text)),
    take: () => Buffer.from(late.take()).toString(),
    got: () => got,
    read(n: number): void {
      room += n;
    },
    run(): number {
      const due = timers.splice(0);
      for (const fn of due) fn();
      return due.length;
    },
  };
}

test("what is taken at once leaves no timer", () => {
  const reader = slowReader();
  reader.read(100);
  reader.write("one\n");
  reader.write("two\n");
  expect(reader.got()).toBe("one\ntwo\n");
  expect(reader.run()).toBe(0);
});

test("what is not taken follows later, in order, also in halves, with one timer at a time", () => {
  const reader = slowReader();
  reader.read(6);
  for (const line of ["one\n", "two\n", "three\n"]) reader.write(line);
  expect(reader.got()).toBe("one\ntw");
  expect(reader.run()).toBe(1);
  expect(reader.got()).toBe("one\ntw");
  reader.read(3);
  expect(reader.run()).toBe(1);
  reader.write("four\n");
  reader.read(100);
  expect(reader.run()).toBe(1);
  expect(reader.got()).toBe("one\ntwo\nthree\nfour\n");
  expect(reader.run()).toBe(0);
});

test("beyond the limit whole lines are dropped, and it says how many", () => {
  const reader = slowReader(20);
  for (let i = 0; i < 10; i++) reader.write(`line ${i}\n`);
  reader.read(1000);
  reader.run();
  reader.write("after\n");
  expect(reader.got()).toBe(
    "line 0\nline 1\nfieldcast: 8 lines of the log were dropped: nobody read them in time\nafter\n",
  );
});

test("what waits at the end can be taken", () => {
  const reader = slowReader();
  reader.write("the last word\n");
  expect(reader.take()).toBe("the last word\n");
  expect(reader.take()).toBe("");
  expect(reader.run()).toBe(1);
  expect(reader.got()).toBe("");
});
