import { LOGIN } from "./login.ts";
import { INTEGRATION_MUTATIONS } from "./integrations.ts";
import { ACCOUNT_MUTATIONS } from "./mutations-accounts.ts";
import { DEVICE_MUTATIONS } from "./mutations-devices.ts";
import { PRODUCT_MUTATIONS } from "./mutations-products.ts";

/** The root fields of mutations. */
export const MUTATIONS = {
  ...LOGIN,
  ...DEVICE_MUTATIONS,
  ...PRODUCT_MUTATIONS,
  ...INTEGRATION_MUTATIONS,
  ...ACCOUNT_MUTATIONS,
};
