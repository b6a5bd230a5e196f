import { expect, test } from "bun:test";
import { Places, type PlaceRefused, type Seated } from "./places.ts";

function make(state: { full: boolean } = { full: false }) {
  const full: PlaceRefused[] = [];
  const gone: string[] = [];
  const limits = {
    maxHttpConnections: 3,
    maxHeldBytes: 1000,
    isFull: () => state.full,
    onFull: (why: PlaceRefused) => void full.push(why),
  };
  const places = new Places(limits);
  const seat = (name: string): Seated => ({ isIdle: true, giveUp: () => void gone.push(name), tick() {} });
  return { places, full, gone, seat };
}

test("who has waited the longest for a request makes room; who is answered does not", () => {
  const { places, full, gone, seat } = make();
  const [a, b, c] = [seat("a"), seat("b"), seat("c")];
  for (const one of [a, b, c]) expect(places.enter(one)).toBe(true);
  places.waits(a, false); // asks
  expect([places.enter(seat("d")), gone, places.size]).toEqual([true, ["b"], 3]);
  places.waits(a, true); // waits again, and the shortest
  expect([places.enter(seat("e")), gone]).toEqual([true, ["b", "c"]]);
  expect(full).toEqual(["http_connections", "http_connections"]);
});
test("when all are answered a newcomer is refused", () => {
  const { places, gone, seat } = make();
  for (const name of ["a", "b", "c"]) {
    const one = seat(name);
    places.enter(one);
    places.waits(one, false);
  }
  expect([places.enter(seat("d")), gone, places.size]).toEqual([false, [], 3]);
});
test("with no file left one that waits goes for each that comes, and the last are served", () => {
  const state = { full: false };
  const { places, gone, seat } = make(state);
  places.enter(seat("a"));
  state.full = true;
  const b = seat("b");
  expect([places.enter(b), gone]).toEqual([true, ["a"]]);
  places.waits(b, false);
  expect([places.enter(seat("c")), gone]).toEqual([true, ["a"]]);
});
test("bytes that are held are bounded for all together: the oldest go", () => {
  const { places, full, gone, seat } = make();
  const [a, b, c] = [seat("a"), seat("b"), seat("c")];
  for (const one of [a, b, c]) places.enter(one);
  places.holds(a, 400);
  places.holds(b, 400);
  places.holds(a, 500); // grows, and began first all the same
  places.holds(c, 200);
  expect([gone, full]).toEqual([["a"], ["http_bodies"]]);
  places.holds(b, 0);
  places.holds(c, 900);
  places.gone(c);
  places.holds(b, 1000);
  expect(gone).toEqual(["a"]);
});
