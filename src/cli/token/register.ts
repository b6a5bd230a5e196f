import { Argument } from "commander";
import { ACTIONS } from "../../admin/access.ts";
import type { Registrar } from "../registrar.ts";

const TOKEN_EXAMPLE = "fieldcast token create owner@localhost --name laptop --expires 90d";

/** `token`: access tokens; `can`: what the server would answer a client. */
export function register({ add, json, group, program }: Registrar): void {
  const token = group("token", "access tokens", "fieldcast token list");
  const tokens = () => import("./command.ts");
  json(
    add(token, "create <owner>", "make a token; it is printed once", TOKEN_EXAMPLE, async () => (await tokens()).create)
      .option("--name <TEXT>", "what it is for, shown in lists")
      .option("--expires <WHEN>", "a date (2030-12-31), a time (2030-12-31T18:00Z), or days from now (90d)"),
  );
  json(
    add(
      token,
      "list [owner]",
      "list tokens",
      "fieldcast token list owner@localhost",
      async () => (await tokens()).list,
    ),
  );
  json(
    add(
      token,
      "revoke <which>",
      "delete a token (its number, its last four characters or all of it); what is logged in with it is cut off",
      "fieldcast token revoke 2",
      async () => (await tokens()).revoke,
    ),
  );
  json(
    add(
      token,
      "rights <who>",
      "what an account, or one of its tokens, may do, and why",
      "fieldcast token rights owner@localhost --on my-product/000001",
      async () => (await import("./rights.ts")).rights,
    ).option("--on <PRODUCT[/DEVICE]>", "only what counts on this product or device"),
  );
  json(
    add(
      token,
      "rotate <which>",
      "make a new token in the place of another, which ends after a while",
      "fieldcast token rotate 1 --grace 1h",
      async () => (await tokens()).rotate,
    )
      .option("--grace <TIME>", "how long the old one stays good: 90s, 10m, 12h, 7d; 0: not at all (default: 1d)")
      .option("--expires <WHEN>", "when the new one ends (default: when the old one would have)"),
  );
  json(
    add(
      program,
      "can <who>",
      "whether an account may publish or subscribe, why, and which topic would work",
      "fieldcast can owner@localhost publish dtck-pub/my-product/000001/DOOR",
      async () => (await import("./can.ts")).can,
    )
      .addArgument(new Argument("<action>", "what it would do").choices(ACTIONS))
      .argument("<topic>", "a topic name to publish on, or a filter to subscribe to"),
  );
}
