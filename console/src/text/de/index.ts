import type { Text } from "../index.ts";
import { common, frame, table, time } from "./common.ts";
import { signIn } from "./sign-in.ts";

/** The same texts in German. */
export const de: Text = { common, time, frame, table, signIn };
