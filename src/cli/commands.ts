import { register as account } from "./account/register.ts";
import { register as alert } from "./alert/register.ts";
import { register as apiUser } from "./api-user/register.ts";
import { register as apply } from "./apply/register.ts";
import { register as audit } from "./audit/register.ts";
import { register as completion } from "./completion/register.ts";
import { register as configuration } from "./configuration/register.ts";
import { register as dashboard } from "./dashboard/register.ts";
import { register as data } from "./data/register.ts";
import { register as decoder } from "./decoder/register.ts";
import { register as device } from "./device/register.ts";
import { register as doctor } from "./doctor/register.ts";
import { register as downlink } from "./downlink/register.ts";
import { register as field } from "./field/register.ts";
import { register as integration } from "./integration/register.ts";
import { register as health } from "./health/register.ts";
import { register as inspect } from "./inspect/register.ts";
import { register as measurements } from "./measurements/register.ts";
import { register as move } from "./move/register.ts";
import { register as network } from "./network/register.ts";
import { register as node } from "./node/register.ts";
import { register as passes } from "./passes/register.ts";
import { register as licences } from "./licences/register.ts";
import { register as migrate } from "./migrate/register.ts";
import { register as product } from "./product/register.ts";
import { register as retention } from "./retention/register.ts";
import { register as serve } from "./serve/register.ts";
import { register as session } from "./session/register.ts";
import { register as simulate } from "./simulate/register.ts";
import { register as sparkplug } from "./sparkplug/register.ts";
import { register as store } from "./store/register.ts";
import { register as suggestion } from "./suggestion/register.ts";
import { register as token } from "./token/register.ts";
import { register as trace } from "./trace/register.ts";
import { register as watch } from "./watch/register.ts";
import { register as broker } from "./broker/register.ts";
import { register as rule } from "./rule/register.ts";
import { register as webhook } from "./webhook/register.ts";
import { register as workspace } from "./workspace/register.ts";
import type { Registrar } from "./registrar.ts";

/** The commands, in the order of the help: each folder adds its own. */
export const COMMANDS: readonly ((to: Registrar) => void)[] = [
  serve,
  apply,
  measurements,
  migrate,
  move,
  data,
  token,
  audit,
  account,
  device,
  field,
  workspace,
  product,
  apiUser,
  retention,
  session,
  node,
  trace,
  inspect,
  watch,
  simulate,
  decoder,
  webhook,
  rule,
  alert,
  dashboard,
  broker,
  integration,
  configuration,
  network,
  sparkplug,
  downlink,
  passes,
  suggestion,
  store,
  doctor,
  health,
  completion,
  licences,
];
