import type { Text } from "../index.ts";
import { brokers } from "./brokers.ts";
import { common, frame, state, table, time } from "./common.ts";
import { access } from "./access.ts";
import { account } from "./account.ts";
import { alerts } from "./alerts.ts";
import { ask } from "./ask.ts";
import { connect } from "./connect.ts";
import { desk } from "./desk.ts";
import { device } from "./device.ts";
import { devices } from "./devices.ts";
import { download } from "./download.ts";
import { downlinks } from "./downlinks.ts";
import { home } from "./home.ts";
import { imports } from "./imports.ts";
import { integrations } from "./integrations.ts";
import { live } from "./live.ts";
import { mend } from "./mend.ts";
import { pass } from "./pass.ts";
import { product } from "./product.ts";
import { products } from "./products.ts";
import { refusals } from "./refusals.ts";
import { rules } from "./rules.ts";
import { semantics } from "./semantics.ts";
import { signIn } from "./sign-in.ts";
import { system } from "./system.ts";
import { tree } from "./tree.ts";
import { webhook } from "./webhook.ts";

/** The same texts in German. */
export const de: Text = {
  common,
  time,
  frame,
  table,
  state,
  access,
  account,
  alerts,
  ask,
  live,
  connect,
  desk,
  device,
  devices,
  download,
  downlinks,
  home,
  imports,
  brokers,
  integrations,
  mend,
  pass,
  product,
  products,
  refusals,
  rules,
  semantics,
  signIn,
  system,
  tree,
  webhook,
};
