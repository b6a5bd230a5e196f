import { access } from "./access.ts";
import { ask } from "./ask.ts";
import { common, frame, state, table, time } from "./common.ts";
import { connect } from "./connect.ts";
import { device } from "./device.ts";
import { devices } from "./devices.ts";
import { signIn } from "./sign-in.ts";

/** All texts of the console in English: a file for each page. Other languages have the same shape. */
export const en = {
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
