import { command, type Disturber } from "../disturber.ts";

export const applyDryRun: Disturber = {
  id: "apply-dry-run",
  title: "apply --dry-run of the whole fleet",
  lanes: 1,
  disturb: ({ fleet, data }) => command(["apply", fleet, "--dry-run", "--data", data]),
};
