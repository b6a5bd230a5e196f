import { deviceCan, heldBy, heldOnProduct } from "../../auth/held.ts";
import type { Principal } from "../../auth/principal.ts";
import { givesRecord } from "../../auth/roles.ts";
import type { Directory } from "../../fleet/directory.ts";
import type { ProductNode } from "../../fleet/nodes.ts";
import type { Incoming } from "../types.ts";
import type { Making } from "./making.ts";
import type { Named } from "./suggestions.ts";

/** Makes devices that a network names and nobody knows, where it is clear which product they are of. */
export class Onboarding {
  constructor(
    private readonly directory: Directory,
    private readonly making: Pick<Making, "make">,
  ) {}

  /**
   * Makes the device in the one product that makes devices by itself and whose devices, also those to come, the account may record.
   * @returns whether it is there now; false also where no account acts, and where there are several such products
   */
  async make(
    wish: Pick<Named, "name" | "label" | "sample" | "origin">,
    { principal, product, bridged, only }: Incoming,
  ): Promise<boolean> {
    if (principal === null || product !== null) return false;
    const [taker, other] = this.takers(principal).filter(
      ({ row }) => row.workspace === (bridged?.workspace ?? only ?? row.workspace),
    );
    if (taker === undefined || other !== undefined) return false;
    const { workspace, uid } = taker.row;
    return this.making.make(taker, [{ ...wish, workspace, product: uid, kind: "device", type: null }]);
  }

  private takers(principal: Principal): ProductNode[] {
    const products = [...principal.workspaces].flatMap((workspace) => this.directory.productsOf(workspace));
    const making = products.filter(({ row }) => (row.createsDevices ?? 0) > 0);
    if (making.length === 0) return [];
    const held = heldBy(this.directory, principal.key);
    return making.filter((product) => givesRecord([...deviceCan(heldOnProduct(held, product))]));
  }
}
