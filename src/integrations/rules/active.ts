import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Rule } from "../../fleet/types.ts";
import { accountKeyOf } from "../webhooks/rights.ts";
import { CompiledRule } from "./compiled.ts";
import type { RuleNeeds } from "./needs.ts";

/** A rule of the fleet that is switched on. */
export class ActiveRule {
  compiled: CompiledRule;
  private account: string | null;

  constructor(
    private readonly needs: Pick<RuleNeeds, "authority">,
    public row: Rule,
  ) {
    this.compiled = new CompiledRule(row);
    this.account = accountKeyOf(row);
  }
  /** Its row is this from now on; what it looks at is the same. */
  follow(row: Rule): void {
    this.row = row;
    this.compiled = new CompiledRule(row);
    this.account = accountKeyOf(row);
  }
  get uid(): number {
    return this.row.uid;
  }
  /** Whether its account may view a device at this moment; null is whoever has the data folder. Nothing when the account is gone. */
  sees(device: DeviceNode): boolean {
    if (this.account === null) return device.product.row.workspace === this.row.workspace;
    return this.needs.authority.principalOf(this.account)?.mayView(device) === true;
  }
}
