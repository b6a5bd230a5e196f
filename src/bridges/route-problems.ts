import { errorText } from "../base/errors.ts";
import { parseTemplate } from "../templates/template.ts";
import { isFilter, isTopicName } from "../topic/names.ts";
import { routeReader } from "./maps/index.ts";
import { cycleIn, sidesOf } from "./pattern.ts";
import { ROUTE_RULE } from "./routes.ts";
import type { InRoute, OutRoute, Route } from "./types.ts";

/** What is wrong with routes, in words. */

interface RouteProblem {
  /** Of which route, and of what in it. */
  readonly path: string;
  readonly message: string;
}
/** What is wrong with the routes of one broker, beside their form. */
export function routeProblems(routes: readonly Route[]): readonly RouteProblem[] {
  const problems = routes.flatMap((route, i) =>
    problemsOf(route).map(({ path, message }) => ({ path: `routes[${i}].${path}`, message })),
  );
  const cycle = problems.length === 0 ? cycleIn(routes) : null;
  if (cycle === null) return problems;
  const message =
    `It publishes on topics that routes[${cycle.hears}] listens to (${cycle.topics}): what goes out would come in again, for ever. ` +
    "Let one of them have other topics.";
  return [{ path: `routes[${cycle.says}]`, message }];
}
function problemsOf(route: Route): RouteProblem[] {
  const bad = (path: string, message: string) => [{ path, message }];
  switch (route.direction) {
    case "in":
      return inProblems(route);
    case "out":
      if (!isFilter(route.filter)) return bad("filter", "allowed is a topic filter, like dtck/my-product/+/+");
      return outProblems(route);
    case "forward": {
      for (const path of ["local_prefix", "remote_prefix"] as const)
        if (/[+#\0]/.test(route[path])) return bad(path, `allowed is ${ROUTE_RULE.prefix}`);
      const { local, remote } = sidesOf(route);
      if (!isFilter(local) || !isFilter(remote) || /^\$share\//.test(local + remote))
        return bad("pattern", "with its prefixes it must be a topic filter on both sides, like home/# or +/state");
      return [];
    }
    default:
      return route satisfies never;
  }
}
function inProblems({ filter, map }: InRoute): RouteProblem[] {
  const made = routeReader(filter, map);
  if ("subscription" in made) return [];
  return made.map(({ path, message }) => ({ path: path === "filter" ? path : `map.${path}`, message }));
}
/** Values of the kind that a template sees, to try it with. */
const SAMPLE = {
  topic: "dtck/my-product/000001/TEMPERATURE",
  workspace: "home",
  product: "my-product",
  device: { id: "000001", serial: "A1", name: "A device", tags: ["hall"] },
  field: "TEMPERATURE",
  value: 22.5,
  text: "22.5",
  unit: "°C",
  time: "2026-01-01T12:00:00Z",
  timestamp: 1_767_268_800,
} as const;
function outProblems({ topic, payload, template }: OutRoute): RouteProblem[] {
  const tried = (path: string, text: string) => {
    try {
      return parseTemplate(text).render(SAMPLE);
    } catch (error) {
      return [{ path, message: `${errorText(error)} (tried with a sample)` }];
    }
  };
  const made = tried("topic", topic);
  if (typeof made !== "string") return made;
  if (!isTopicName(made))
    return [
      { path: "topic", message: `allowed is ${ROUTE_RULE.topic}; a sample gave ${JSON.stringify(made.slice(0, 100))}` },
    ];
  const needs = payload === "template" || payload === "encoder";
  if (needs !== (template !== null))
    return [
      {
        path: "template",
        message: needs ? `the payload "${payload}" needs it` : `belongs to the payloads "template" and "encoder"`,
      },
    ];
  const body = payload === "template" && template !== null ? tried("template", template) : "";
  return typeof body === "string" ? [] : body;
}
