import { z } from "zod";
import { text } from "./values.ts";

const ALLOWED =
  "an address like https://tiles.example.com/{z}/{x}/{y}.png, with http:// or https:// and {z}, {x} and {y} in its path";
/** What would end the address in the page, or in its policy, and begin something else. */
const PLAIN = /^[A-Za-z0-9:/?#@!$&()*+,=.~_{}%-]+$/;

/** Where the pictures of a map come from, as Leaflet and others write it. */
export function tileUrl() {
  return text.transform((value, context): string => {
    const url = URL.parse(value.replaceAll(/[{}]/g, ""));
    const isWhole = ["{z}", "{x}", "{y}"].every((part) => value.slice(url?.origin.length ?? 0).includes(part));
    const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
    // its host is named in the policy of the pages, so it is no pattern
    const isFixed = url !== null && value.startsWith(`${url.origin}/`) && url.username === "";
    if (PLAIN.test(value) && value.length <= 500 && isWeb && isWhole && isFixed) return value;
    context.addIssue({ code: "custom", message: ALLOWED });
    return z.NEVER;
  });
}
