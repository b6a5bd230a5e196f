import { asking, several, type Registrar } from "../registrar.ts";

/** `api-user`: accounts for programs and devices. */
export function register(registrar: Registrar): void {
  const { add, json, group } = registrar;
  const parent = group("api-user", "API users: accounts for programs and devices", "fieldcast api-user list");
  const example = "fieldcast api-user create screen --can view --product my-product";
  json(
    add(
      parent,
      "create <name>",
      "make an API user; its token is printed once",
      example,
      async () => (await import("./command.ts")).create,
    )
      .option("--workspace <SLUG>", "its workspace (default: the only one)")
      .option(
        "--can <RIGHTS>",
        "view, record_only, record_measurements, edit_basics, edit_product (with commas, or repeated)",
        several,
      )
      .option("--product <SLUG>", "on the devices of this product (may be repeated; default: on all devices)", several)
      .option("--tag <TAG>", "on the devices with this tag (may be repeated)", several)
      .option("--device <PRODUCT/DEVICE>", "on this device (may be repeated)", several)
      .option("--home-assistant [PREFIX]", "it is a Home Assistant: its devices appear there (default: homeassistant)")
      .option("--no-mqtt", "it may not use MQTT")
      .option("--expires <WHEN>", "when its token ends: a date, a time, or days from now (90d)"),
  );
  json(
    add(
      parent,
      "list",
      "list the API users",
      "fieldcast api-user list --workspace home",
      async () => (await import("./command.ts")).list,
    ).option("--workspace <SLUG>", "only those of this workspace"),
  );
  json(
    add(
      parent,
      "rights <who>",
      "what an API user may do, and why",
      'fieldcast api-user rights "device 1@home"',
      async () => (await import("../token/rights.ts")).rights,
    ).option("--on <PRODUCT[/DEVICE]>", "only what counts on this product or device"),
  );
  registerHomeAssistant(registrar, parent);
  const text = "delete an API user; its tokens and connections end at once";
  json(
    asking(
      add(
        parent,
        "delete <who>",
        text,
        'fieldcast api-user delete "device 1@home"',
        async () => (await import("./command.ts")).remove,
      ),
    ),
  );
}
function registerHomeAssistant({ add, json }: Registrar, parent: ReturnType<Registrar["group"]>): void {
  json(
    add(
      parent,
      "home-assistant <who> [prefix]",
      "let the devices of an API user appear in Home Assistant by themselves",
      "fieldcast api-user home-assistant screen@home",
      async () => (await import("./command.ts")).homeAssistant,
    ).option("--off", "take them away there"),
  );
}
