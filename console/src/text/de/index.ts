import type { Text } from "../index.ts";
import { common, frame, state, table, time } from "./common.ts";
import { connect } from "./connect.ts";
import { device } from "./device.ts";
import { devices } from "./devices.ts";
import { signIn } from "./sign-in.ts";

/** The same texts in German. */
export const de: Text = { common, time, frame, table, state, connect, device, devices, signIn };
