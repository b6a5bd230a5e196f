import { expect, test } from "bun:test";
import { Progress } from "./progress.ts";

function world(errTerminal: boolean) {
  const said: string[] = [];
  const time = { now: 0 };
  const io = { err: (text: string) => void said.push(text), errTerminal, color: false };
  return { said, time, progress: new Progress(io, () => time.now) };
}

test("one line that is written over, ten times a second at most, and taken away", () => {
  const { said, time, progress } = world(true);
  progress.update(0.5, () => "half");
  time.now = 99;
  progress.update(0.6, () => "too soon");
  time.now = 100;
  progress.update(2, () => "all");
  progress.clear();
  progress.clear();
  expect(said).toEqual([
    `\r${"█".repeat(12)}${"░".repeat(12)}  50 %  half\u001b[K`,
    `\r${"█".repeat(24)} 100 %  all\u001b[K`,
    "\r\u001b[K",
  ]);
});

test("nothing where no person looks", () => {
  const { said, progress } = world(false);
  progress.update(0.5, () => "half");
  progress.clear();
  expect(said).toEqual([]);
});
