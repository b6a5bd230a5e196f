import { expect, test } from "bun:test";
import { voice } from "./voice.ts";

test.each([
  ["is missing", "fehlt"],
  ["should be a whole number", "muss eine ganze Zahl sein"],
  ["should be true or false or a text", "muss true oder false oder ein Text sein"],
  ["should be at least 0", "muss mindestens 0 sein"],
  ["should have at most 50 entries", "muss höchstens 50 Einträge haben"],
  ["should be more than 3", "muss größer als 3 sein"],
  ["allowed is fired, repeated, cleared", "erlaubt ist fired, repeated, cleared"],
  ['allowed is email, webhook; did you mean "email"?', 'erlaubt ist email, webhook; meintest du "email"?'],
  [
    'unknown key "nme"; allowed are name, scope; did you mean "name"?',
    'unbekannter Schlüssel "nme"; erlaubt sind name, scope; meintest du "name"?',
  ],
  ["should not be empty.", "darf nicht leer sein"],
  ['The workspace has no product "x".', 'The workspace has no product "x".'],
  [
    "allowed is a template of 1 to 1000 characters in one line",
    "allowed is a template of 1 to 1000 characters in one line",
  ],
])("%p is %p", (english, german) => {
  expect(voice(english)).toBe(german);
});
