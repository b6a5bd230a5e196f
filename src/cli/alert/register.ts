import type { Command } from "commander";
import { ALERT_ORDERS, ALERT_STATE_WISHES } from "../../admin/alert-list.ts";
import { SEVERITIES } from "../../fleet/types.ts";
import type { Registrar } from "../registrar.ts";

const commands = () => import("./command.ts");

/** `alert`: what rules found, and who looks after it. */
export function register(to: Registrar): void {
  const parent = to.group("alert", "alerts: what rules found, and who looks after it", "fieldcast alert list");
  looking(to, parent);
  changing(to, parent);
}

function looking({ add, json }: Registrar, parent: Command): void {
  json(
    add(
      parent,
      "list",
      "list alerts, the newest first",
      "fieldcast alert list --order severity",
      async () => (await commands()).list,
    ),
  )
    .option("--workspace <SLUG>", "only of this workspace")
    .option("--device <PRODUCT/DEVICE>", "only of this device")
    .option("--state <STATE>", `${ALERT_STATE_WISHES.join(", ")} (default: active, which is open or acknowledged)`)
    .option("--severity <SEVERITY>", `none that is less bad: ${SEVERITIES.toReversed().join(", ")}`)
    .option("--order <ORDER>", `${ALERT_ORDERS.join(", ")}: the worst first (default: newest)`)
    .option("--limit <N>", "at most so many (default: 50)");
  json(
    add(
      parent,
      "show <alert>",
      "show one alert, with the values that caused it and everything that happened to it",
      "fieldcast alert show 1",
      async () => (await commands()).show,
    ),
  );
  json(
    add(
      parent,
      "notifications",
      "list what rules told people in the console, the newest first",
      "fieldcast alert notifications --limit 10",
      async () => (await commands()).notifications,
    ),
  )
    .option("--workspace <SLUG>", "of this workspace (default: the only one)")
    .option("--limit <N>", "at most so many (default: 50)");
}
function changing({ add, json }: Registrar, parent: Command): void {
  const note = (command: Command) => command.option("--note <TEXT>", "what you say to it");
  note(
    json(
      add(
        parent,
        "acknowledge <alert>",
        "say that you look after it: its rule tells of it no more while it is true",
        'fieldcast alert acknowledge 1 --note "on my way"',
        async () => (await commands()).acknowledge,
      ),
    ),
  );
  note(
    json(
      add(
        parent,
        "close <alert>",
        "say that it is over",
        "fieldcast alert close 1",
        async () => (await commands()).close,
      ),
    ),
  );
}
