import type { Config } from "../config/settings.ts";
import type { Directory } from "../fleet/directory.ts";
import type { ListenerPlan } from "../listen/plan.ts";

/** The listeners that the settings ask for. */
export function listenerPlans(config: Config): ListenerPlan[] {
  const plans: ListenerPlan[] = [];
  for (const name of ["mqtt", "mqtts", "http", "https", "wss"] as const) {
    const at = config[name];
    if (at !== null) plans.push({ name, host: at.host, port: at.port });
  }
  return plans;
}

/** Whether any of them speaks TLS. */
export function anySecure(plans: readonly ListenerPlan[]): boolean {
  return plans.some(({ name }) => name !== "mqtt" && name !== "http");
}

/**
 * With accounts of a fleet file there is no first start that makes an administrator; then it says what does.
 * @returns a line, or none
 */
export function ownerless(directory: Pick<Directory, "users">): string[] {
  let [anyone, administered] = ["", false];
  for (const { email, admin } of directory.users()) {
    anyone ||= email;
    administered ||= admin;
  }
  if (administered || anyone === "") return [];
  return [
    "nobody administers this server yet. `fieldcast user create you@example.com --admin` makes an administrator and prints the " +
      `link that sets the password; or say \`admin: true\` for ${anyone} in the fleet file, apply it, and run \`fieldcast setup-link ${anyone}\``,
  ];
}

/** What the operator should know at each start. */
export function warnings(config: Config): string[] {
  const loopback = new Set(["127.0.0.1", "::1", "localhost"]);
  const said: string[] = [];
  if (config.anonymous !== null) {
    const who = `${config.anonymous.workspace}/${config.anonymous.name}`;
    const whence = config.anonymousFrom === "anywhere" ? "from anywhere" : "from this machine";
    said.push(`--anonymous ${who}: MQTT clients ${whence} need no token and get this API user's rights`);
  }
  for (const name of ["mqtt", "http"] as const) {
    const at = config[name];
    if (at === null || loopback.has(at.host) || at.host.startsWith("127.")) continue;
    const host = at.host.includes(":") ? `[${at.host}]` : at.host;
    said.push(`--${name} ${host}:${at.port} is open to the network without encryption: tokens can be read on the way`);
  }
  return said;
}
