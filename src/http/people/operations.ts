import { ACCOUNT } from "./account.ts";
import { FACTOR } from "./factor.ts";
import { SIGNING_IN } from "./auth.ts";
import { INVITATIONS } from "./invitations.ts";
import type { AnyPeopleOperation } from "./operation.ts";
import { MQTT_TICKETS } from "./mqtt-tickets.ts";
import { PREFERENCES } from "./preferences.ts";
import { OWN_TOKENS } from "./tokens.ts";

/** All operations of people, in the order of the document. */
export const PEOPLE: readonly AnyPeopleOperation[] = [
  ...SIGNING_IN,
  ...ACCOUNT,
  ...FACTOR,
  ...OWN_TOKENS,
  ...PREFERENCES,
  ...MQTT_TICKETS,
  ...INVITATIONS,
];
