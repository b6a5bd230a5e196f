import type { Dashboard } from "../../api/dashboards.ts";
import { api } from "../../api/index.ts";

/** Saves what is exported as a file. */
export async function downloadJson(workspace: string, { dashboard, name }: Dashboard): Promise<void> {
  const { data } = await api.exportDashboard({ workspace, dashboard });
  const address = URL.createObjectURL(new Blob([`${JSON.stringify(data, null, 2)}\n`], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `${name.replaceAll(/[^\p{L}\p{N}_-]+/gu, "-")}.json`;
  link.click();
  // the browser has it by then
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
