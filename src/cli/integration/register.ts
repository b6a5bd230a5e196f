import type { Registrar } from "../registrar.ts";

/** `integration`: how devices that speak otherwise reach a product. */
export function register({ add, json, group }: Registrar): void {
  const parent = group(
    "integration",
    "how devices that speak otherwise reach a product",
    "fieldcast integration show my-product",
  );
  const commands = () => import("./command.ts");
  json(
    add(
      parent,
      "show <product>",
      "show the UUID and the key of a product, and what is set",
      "fieldcast integration show my-product",
      async () => (await commands()).show,
    ),
  );
  json(
    add(
      parent,
      "set <product>",
      "say who may send to a product, and what is created by itself",
      "fieldcast integration set my-product --creates-devices 1000",
      async () => (await commands()).set,
    )
      .option("--product-uuid <yes|no>", "whether the HTTP integration takes the product's UUID, beside its key")
      .option("--network-token <yes|no>", "whether a LoRaWAN network has to send an access token")
      .option("--creates-devices <N>", "unknown serials make devices until there are so many; 0: they are suggested")
      .option("--creates-fields <N>", "unknown identifiers make fields until there are so many; 0: they are suggested"),
  );
  json(
    add(
      parent,
      "rotate-key <product>",
      "make another key; the old one stays good for a while, so that senders can be changed",
      "fieldcast integration rotate-key my-product --grace 7d",
      async () => (await commands()).rotateKey,
    ).option("--grace <TIME>", "how long the old one stays good: 90s, 10m, 12h, 7d; 0: not at all (default: 1d)"),
  );
  json(
    add(
      parent,
      "revoke-old-key <product>",
      "end the grace period of the key of before",
      "fieldcast integration revoke-old-key my-product",
      async () => (await commands()).revokeOldKey,
    ),
  );
}
