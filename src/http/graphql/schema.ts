import SDL from "./schema.graphql" with { type: "text" };
import {
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLScalarType,
  type GraphQLSchema,
  buildSchema,
  isObjectType,
  isScalarType,
} from "graphql";
import { API_MEMBER, API_USER, MEMBER } from "./accounts.ts";
import { CONFIGURATION_FIELD } from "./configuration.ts";
import type { GraphContext } from "./context.ts";
import { DEVICE } from "./device.ts";
import { MEASUREMENT } from "./measurement.ts";
import { MUTATIONS } from "./mutations.ts";
import { ORGANIZATION } from "./organization.ts";
import { API_CONFIGURATION, FIELD, PRODUCT } from "./product.ts";
import { QUERY } from "./query.ts";
import { USER } from "./users.ts";
import { literal } from "./values.ts";
import { FILTERED, WORKSPACE } from "./workspace.ts";

type Resolve = (source: never, given: never, context: GraphContext) => unknown;

/** Who answers each field of a type; a field that is not named here is the property of that name. */
const TYPES: Readonly<Record<string, Readonly<Record<string, Resolve>>>> = {
  Query: QUERY,
  Mutations: MUTATIONS,
  WorkspaceType: WORKSPACE,
  FilteredDeviceList: FILTERED,
  DeviceType: DEVICE,
  DeviceCurrentMeasurementType: MEASUREMENT,
  ProductType: PRODUCT,
  ApiProductConfigurationType: API_CONFIGURATION,
  ProductMeasurementFieldType: FIELD,
  ConfigurationFieldType: CONFIGURATION_FIELD,
  UserType: USER,
  UserWorkspaceRelationshipType: MEMBER,
  ApiUserWorkspaceRelationshipType: API_MEMBER,
  ApiUserType: API_USER,
  OrganizationType: ORGANIZATION,
};

/** Longest id, in characters: of devices, which are not always UUIDs. */
const LONGEST_ID = 64;

/** Texts that may be no longer than an id, and texts or values as they are. */
function useScalar(type: GraphQLScalarType): void {
  type.parseLiteral = (node) => type.parseValue(literal(node as { kind: string; value?: unknown }));
  if (type.name === "MeasurementValueInput") {
    type.parseValue = (value) => {
      if (["string", "number", "boolean"].includes(typeof value)) return value;
      throw new GraphQLError("A value is a number, true or false, or a text.");
    };
    return;
  }
  const longest = type.name === "UUID" ? LONGEST_ID : Number.POSITIVE_INFINITY;
  type.parseValue = (value) => {
    if (typeof value === "string" && value.length <= longest) return value;
    throw new GraphQLError(
      `${type.name} is a text${type.name === "UUID" ? ` of at most ${LONGEST_ID} characters` : ""}.`,
    );
  };
}

/**
 * The schema of the platform (docs/compatibility.md), with who answers its fields.
 * @throws Error when a resolver names a field that is not in it
 */
export function makeSchema(): GraphQLSchema {
  const schema = buildSchema(SDL);
  for (const type of Object.values(schema.getTypeMap()))
    if (isScalarType(type) && ["UUID", "DateTime", "JSONString", "LatLng", "MeasurementValueInput"].includes(type.name))
      useScalar(type);
  for (const [name, resolvers] of Object.entries(TYPES)) {
    const type = schema.getType(name);
    if (!isObjectType(type)) throw new Error(`the schema has no type ${name}`);
    const fields = type.getFields();
    for (const [field, resolve] of Object.entries(resolvers)) {
      const known = fields[field];
      if (!known) throw new Error(`${name} has no field ${field}`);
      known.resolve = resolve as unknown as GraphQLFieldResolver<unknown, unknown>; // the schema says what a source and arguments are
    }
  }
  return schema;
}
