import { common, frame, table, time } from "./common.ts";
import { signIn } from "./sign-in.ts";

/** All texts of the console in English: a file for each page. Other languages have the same shape. */
export const en = { common, time, frame, table, signIn };
