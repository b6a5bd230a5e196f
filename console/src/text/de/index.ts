import type { Text } from "../index.ts";
import { access } from "./access.ts";
import { ask } from "./ask.ts";
import { common, frame, state, table, time } from "./common.ts";
import { connect } from "./connect.ts";
import { device } from "./device.ts";
import { devices } from "./devices.ts";
import { signIn } from "./sign-in.ts";

/** The same texts in German. */
export const de: Text = {
  access,
  ask,
  common,
  connect,
  device,
  devices,
  frame,
  signIn,
  state,
  table,
  time,
};
