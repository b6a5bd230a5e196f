import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  buildSchema,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLObjectType,
  type GraphQLOutputType,
} from "graphql";
import { startServer, type TestServer } from "../run/server.ts";
import { BLIND, FLEET, HIDDEN, ONE, OWNER, PRODUCT_ID, VIEWER, WORKSPACE_ID } from "./fleet.ts";

/** The platform's GraphQL interface with a real server: the documents that public clients send, shapes, rights, transport. */

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ fleet: FLEET });
  const rows = [
    ["TEMPERATURE", 20, 3600],
    ["TEMPERATURE", 22, 1800],
    ["TEMPERATURE", 21.5, 60],
    ["BATTERY", 80, 60],
    ["DOOR", true, 60],
    ["NOTE", "all well", 60],
    ["WHERE", "(52.5,13.4)", 60],
    ["STEPS", 7, 60],
    ["ENERGY", 100, 3600],
    ["ENERGY", 104.5, 60],
  ] as const;
  const now = Math.floor(Date.now() / 1000);
  const body = rows.map(([field, value, ago]) => ({ field, value, timestamp: now - ago }));
  for (const device of ["m1", "m2"]) {
    const answer = await server.http(`/v1/devices/${device}/record/?batch=true`, OWNER, {
      method: "POST",
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(200);
  }
});
afterAll(() => server.remove());

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a document asks for is known where it is asked
  readonly data: any;
  readonly errors: readonly { message: string; extensions: { code: string }; path?: readonly (string | number)[] }[];
}
async function ask(token: string | null, query: string, variables?: object): Promise<Answer> {
  const answer = await server.http("/graphql/", token ?? undefined, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data = null, errors = [] } = (await answer.json()) as Partial<Answer>;
  return { status: answer.status, data, errors };
}

/** The documents that public clients send, with what the letters in them stand for here. */
const DOCUMENTS: [string, string][] = readFileSync(join(import.meta.dir, "documents.txt"), "utf8")
  .split(/^### /m)
  .filter((part) => part !== "")
  .map((part): [string, string] => {
    const [name = "", ...lines] = part.split("\n");
    return [name, lines.join("\n").trim()];
  })
  .map(([name, text]) => [
    name,
    text
      .replace(/timerangestart:"a"/g, 'timerangestart:"2026-01-01T00:00:00.000Z"')
      .replace(/timerangeend:"b"/g, 'timerangeend:"2099-01-01T00:00"')
      .replace(/(inWorkspace|workspace|workspaceId|workspace\(id):"[wx]"/g, `$1:"${WORKSPACE_ID}"`)
      .replace(/(existingProduct|isProduct):"[px]"/g, `$1:"${PRODUCT_ID}"`)
      .replace(/(deviceId|device):"x"/g, '$1:"m1"')
      .replace(/"A"/g, '"TEMPERATURE"'),
  ]);
const DAY = { s: "2026-11-01", e: "2099-01-01T00:00:00Z", start: "2026-11-01T00:00:00Z", end: "2099-01-01T00:00:00Z" };
/** What variables of these documents are. */
function variablesOf(name: string, text: string): Record<string, unknown> {
  const single = text.includes("deviceId:$id");
  const all: Record<string, unknown> = {
    ...DAY,
    workspace: WORKSPACE_ID,
    workspaceId: WORKSPACE_ID,
    w: WORKSPACE_ID,
    wid: WORKSPACE_ID,
    slug: "plant",
    id: single ? "m1" : WORKSPACE_ID,
    deviceId: "m1",
    d: "m1",
    serial: "S-1",
    ids: ["m1"],
    names: ["TEMPERATURE"],
    namesReq: ["TEMPERATURE", "ENERGY"],
    f: text.includes("$f:[String]") ? ["TEMPERATURE"] : "ENERGY",
    r: "1h",
    res: "1h",
    page: 0,
    pageSize: 50,
    tags: text.includes("TagsFilterInput") ? { contains: ["warm"] } : ["warm"],
    u: "nobody",
    p: "wrong",
    locf: null,
    ...(name === "dc login" ? { e: "owner@example.com" } : name === "members mut" ? { e: "new@example.com" } : {}),
    i: text.includes("ApiUserInput")
      ? {
          workspace: WORKSPACE_ID,
          name: "made",
          wsPermissions: [],
          deviceRelationships: [{ device: "m1", permissions: [] }],
        }
      : text.includes("TryApi")
        ? {
            product: PRODUCT_ID,
            code: "function Decoder(request) { return [{device: 'm1', field: 'temperature', value: 1}] }",
            httpMethod: "POST",
            contentType: "application/json",
            body: "{}",
            headers: [],
            urlAppendix: "",
          }
        : { workspace: WORKSPACE_ID, email: "new@example.com", wsPermissions: [], deviceRelationships: [] },
  };
  return Object.fromEntries(Object.entries(all).filter(([key]) => new RegExp(`\\$${key}\\b`).test(text)));
}

describe("what fields mean", () => {
  const device = async (fields: string) => (await ask(OWNER, `{device(deviceId:"m1"){${fields}}}`)).data.device;

  test("a device, its product and workspace", async () => {
    const shown = await device(
      "id serialNumber verboseName location tags metadata online lastHeardThreshold claimed claimCode publicLinks{id} product{id slug hardware lastHeardThreshold workspace{id slug}}",
    );
    expect(shown).toEqual({
      id: "m1",
      serialNumber: "S-1",
      verboseName: "First",
      location: "Cellar",
      tags: ["cellar", "warm"],
      metadata: '{"floor":1}',
      online: true,
      lastHeardThreshold: 40,
      claimed: true,
      claimCode: null,
      publicLinks: [],
      product: {
        id: PRODUCT_ID,
        slug: "meter",
        hardware: "API",
        lastHeardThreshold: 40,
        workspace: { id: WORKSPACE_ID, slug: "plant" },
      },
    });
  });
  test("current values by type: numbers without a text, texts and positions without a number", async () => {
    const { currentMeasurements } = await device(
      "currentMeasurements{field{fieldName fieldType} value valueString valueCounterAbs}",
    );
    const row = (fieldName: string, fieldType: string, value: unknown, valueString = "", valueCounterAbs = 0) => ({
      field: { fieldName, fieldType },
      value,
      valueString,
      valueCounterAbs,
    });
    expect(currentMeasurements).toEqual([
      row("TEMPERATURE", "NUMERIC", 21.5),
      row("BATTERY", "NUMERIC", 80),
      row("DOOR", "BOOL", 1),
      row("NOTE", "STRING", null, "all well"),
      row("WHERE", "GEO", null, "(52.5,13.4)"),
      row("STEPS", "NUMERIC", 7),
      row("ENERGY", "COUNTER", 4.5, "", 104.5),
    ]);
  });
  test.each([
    ['fieldNames:["temperature","NOPE"]', ["TEMPERATURE"]],
    ['fieldVerboseNames:["Temperature"]', ["TEMPERATURE"]],
    ["fieldNames:[]", 7],
    ["allActiveFields:true", 7],
    ['fieldNames:["NOPE"]', []],
  ])("currentMeasurements(%s)", async (given, wanted) => {
    const { currentMeasurements } = await device(`currentMeasurements(${given}){field{fieldName}}`);
    const names = currentMeasurements.map(({ field }: { field: { fieldName: string } }) => field.fieldName);
    if (typeof wanted === "number") expect(names).toHaveLength(wanted);
    else expect(names).toEqual(wanted);
  });
  test("figures of a window", async () => {
    const window = 'timeRangeStart:"2026-01-01T00:00:00Z",timeRangeEnd:"2099-01-01T00:00:00Z"';
    const { t, e, n, none } = await device(
      `t:currentMeasurement(fieldName:"TEMPERATURE"){value(${window}) sum(${window}) average(${window}) minimum(${window}) maximum(${window}) change(${window})}
       e:currentMeasurement(fieldName:"ENERGY"){change(${window})}
       n:currentMeasurement(fieldName:"NOTE"){change(${window}) average(${window})}
       none:currentMeasurement(fieldName:"TEMPERATURE"){average(timeRangeStart:"2001-01-01",timeRangeEnd:"2001-01-02")}`,
    );
    expect(t).toEqual({ value: 21.5, sum: 63.5, average: 63.5 / 3, minimum: 20, maximum: 22, change: 1.5 });
    expect([e, n, none]).toEqual([{ change: 4.5 }, { change: null, average: null }, { average: null }]);
  });
  test("roles have a value as text and the last day in numbers; those without a value are left out", async () => {
    const { roleFields } = await device("roleFields{role value chartData field{fieldName}}");
    expect(roleFields.map(({ role, value }: Record<string, unknown>) => [role, value])).toEqual([
      ["PRIMARY", "21.5"],
      ["DEVICE_LOCATION", "(52.5,13.4)"],
      ["DEVICE_BATTERY", "80"],
    ]);
    const [primary, location] = roleFields;
    expect(primary.chartData.length).toBeGreaterThan(0);
    expect(primary.chartData.every((one: unknown) => typeof one === "number")).toBe(true);
    expect(location.chartData).toEqual([]);
  });
  test("where a device is, and what it measures in words that all products share", async () => {
    expect(
      await device(
        "currentLocation{lat lng} numericSemanticField(semantic:TEMPERATURE){value fields{fieldName value unit}} booleanSemanticField(semantic:DOOR_OPENED){value count(countValue:true)} none:numericSemanticField(semantic:CO2){value}",
      ),
    ).toEqual({
      currentLocation: { lat: 52.5, lng: 13.4 },
      numericSemanticField: { value: 21.5, fields: [{ fieldName: "TEMPERATURE", value: 21.5, unit: "°C" }] },
      booleanSemanticField: { value: true, count: 1 },
      none: null,
    });
  });

  const history = async (given: string): Promise<Record<string, unknown>[]> => {
    const { history: text } = await device(
      `history(timerangestart:"2026-11-01T00:00",timerangeend:"2099-01-01 00:00",${given})`,
    );
    return JSON.parse(text);
  };
  test("a history is never null: raw rows, buckets until now, only fields that have something", async () => {
    const raw = await history('fields:["TEMPERATURE","EMPTY","ENERGY"]');
    expect(raw.map(({ TEMPERATURE, ENERGY }) => [TEMPERATURE, ENERGY])).toEqual([
      [20, 100],
      [22, null],
      [21.5, 104.5],
    ]);
    expect(raw.every((row) => "EMPTY" in row)).toBe(false);
    expect(await history('fields:["EMPTY"]')).toEqual([]);
    expect(await history('fields:["NOPE"]')).toEqual([]);
    const hours = await history('fields:["TEMPERATURE"],resolution:"1h"');
    expect(hours.length).toBeGreaterThan(1);
    expect(hours.length).toBeLessThanOrEqual(1025);
    expect(hours.every(({ time }) => Date.parse(String(time)) <= Date.now())).toBe(true);
    expect(hours.at(-1)?.TEMPERATURE).not.toBeNull();
  });
  test("a resolution that is none is 30 minutes, one that is too fine is made coarser", async () => {
    const steps = (rows: Record<string, unknown>[]) =>
      (Date.parse(String(rows[1]?.time)) - Date.parse(String(rows[0]?.time))) / 60_000;
    const range = 'timerangestart:"2026-11-29T00:00:00Z",timerangeend:"2026-11-29T06:00:00Z"';
    const at = async (given: string) => {
      const { history: text } = await device(`history(${range},${given})`);
      return JSON.parse(text);
    };
    expect(await at('resolution:"5 minutes"')).toEqual([]);
    const fine = await history('fields:["TEMPERATURE"],resolution:"1s"');
    expect(fine.length).toBeLessThanOrEqual(1025);
    expect(Number.isInteger(steps(fine))).toBe(true);
    const half = await history('fields:["TEMPERATURE"],resolution:"nonsense"');
    expect([30, steps(fine)]).toContain(steps(half));
  });
  test("a time that is none is an error of that field alone", async () => {
    const { data, errors, status } = await ask(
      OWNER,
      '{device(deviceId:"m1"){id history(timerangestart:"yesterday",timerangeend:"now")}}',
    );
    expect([status, data]).toEqual([200, { device: { id: "m1", history: null } }]);
    expect(errors).toMatchObject([{ path: ["device", "history"], extensions: { code: "VALIDATION_ERROR" } }]);
    expect(errors[0]?.message).toContain("timerangestart");
  });
  test("historyNg and historyStats", async () => {
    const { historyNg, historyStats } = await device(
      'historyNg(start:"2026-11-01T00:00:00Z",end:"2099-01-01T00:00:00Z",resolution:"1d") historyStats',
    );
    const ng = JSON.parse(historyNg);
    expect(ng.EMPTY).toBeNull();
    expect(Object.values(ng.TEMPERATURE).filter((one) => one !== null).length).toBeGreaterThan(0);
    expect(Object.keys(ng["TEMPERATURE-LOCF"])).toEqual(Object.keys(ng.TEMPERATURE));
    expect(JSON.parse(historyStats).TEMPERATURE).toMatchObject({
      min: 20,
      max: 22,
      last_value: 21.5,
      avg: String(63.5 / 3),
    });
  });

  const list = async (given: string, token = OWNER) => {
    const query = `{workspace(slug:"plant"){devicesFiltered(${given}){total devices{id}}}}`;
    const { devicesFiltered } = (await ask(token, query)).data.workspace;
    return [devicesFiltered.total, devicesFiltered.devices.map(({ id }: { id: string }) => id)];
  };
  test.each<[string, number, string[]]>([
    ["all:true", 4, ["m1", "m2", "m3", "hidden-device"]],
    ["page:1,pageSize:2,all:true", 4, ["m3", "hidden-device"]],
    ['search:"s-1"', 1, ["m1"]],
    ["online:true", 2, ["m1", "m2"]],
    ['tags:{contains:["cellar","warm"]}', 1, ["m1"]],
    ['tags:{overlap:["cellar","hiddentag"]}', 2, ["m1", "m3"]],
    ["temperature:{gt:21}", 2, ["m1", "m2"]],
    ["temperature:{range:{start:0,end:1}}", 0, []],
    ["doorOpened:{exact:true}", 2, ["m1", "m2"]],
    ["doorOpened:{exact:false}", 0, []],
    ["doorOpened:{count:{countValue:true,gte:1}}", 2, ["m1", "m2"]],
    ["orderBy:{verboseName:DESC}", 4, ["hidden-device", "m3", "m2", "m1"]],
    ["orderBy:{semanticField:{semantic:TEMPERATURE,order:ASC}}", 4, ["m1", "m2", "hidden-device", "m3"]],
    ['lastHeard:{gt:"2000-01-01T00:00:00Z"}', 2, ["m1", "m2"]],
    ['lastHeard:{lt:"2000-01-01T00:00:00Z"}', 0, []],
  ])("devicesFiltered(%s)", async (given, total, ids) => {
    expect(await list(given)).toEqual([total, ids]);
  });
  test("figures are over all devices of a filter, not over the page", async () => {
    const { data } = await ask(
      OWNER,
      '{workspace(slug:"plant"){devicesFiltered(pageSize:1){aggregatedNumericSemanticValue(semantic:TEMPERATURE,aggregation:SUM) aggregatedBooleanSemanticCount(semantic:DOOR_OPENED,countValue:true)}}}',
    );
    expect(data.workspace.devicesFiltered).toEqual({
      aggregatedNumericSemanticValue: 43,
      aggregatedBooleanSemanticCount: 2,
    });
  });
  test("dates of a zone's clock", async () => {
    const { data } = await ask(OWNER, '{parseDate(date:"2026-03-11 00:00",timezone:"Europe/Berlin")}');
    expect(data.parseDate).toBe("2026-03-10T23:00:00+00:00");
  });
});

describe("changes", () => {
  test("a value is a measurement, heard by MQTT subscribers and read again; what is wrong is told", async () => {
    const set = async (token: string, deviceId: string, fieldName: string, value: unknown) =>
      (
        await ask(token, "mutation($i:SetValueInputType!){setValue(input:$i){ok error{code details}}}", {
          i: { deviceId, fieldName, value },
        })
      ).data.setValue;
    expect(await set(ONE, "m1", "steps", 8)).toEqual({ ok: true, error: null });
    expect(await set(ONE, "m2", "STEPS", 8)).toMatchObject({ ok: false, error: { code: "DEVICE_NOT_FOUND" } });
    expect(await set(ONE, "m1", "NOPE", 8)).toMatchObject({ ok: false, error: { code: "FIELD_DOES_NOT_EXIST" } });
    expect(await set(ONE, "m1", "STEPS", "x")).toMatchObject({ ok: false, error: { code: "VALIDATION_ERROR" } });
    expect(await set(VIEWER, "m1", "STEPS", 9)).toMatchObject({ ok: false, error: { code: "NOT_AUTHORIZED" } });
    const { data } = await ask(VIEWER, '{currentMeasurement(deviceId:"m1",fieldName:"STEPS"){value}}');
    expect(data.currentMeasurement).toEqual({ value: 8 });
  });
  const MAKE = `mutation($i:CreateApiDevicesInputType!){createApiDevices(input:$i){ok error devices{id serialNumber product{slug}}}}`;
  const make = async (
    token: string,
    devices: object[],
    more: object = { productKind: "EXISTING", existingProduct: "meter" },
  ) =>
    (await ask(token, MAKE, { i: { workspace: WORKSPACE_ID, plan: "free", devices, ...more } })).data.createApiDevices;
  test("devices are made all or none, with a new product or in one that is there", async () => {
    const before = (await ask(OWNER, "{allDevices{id}}")).data.allDevices.length;
    const made = await make(OWNER, [{ serial: "N-1", name: "New" }, { serial: "N-2" }]);
    expect(made).toMatchObject({ ok: true, devices: [{ serialNumber: "N-1" }, { serialNumber: "N-2" }] });
    expect(made.devices[0].id).toMatch(/^[0-9a-f-]{36}$/);
    const taken = await make(OWNER, [{ serial: "N-3" }, { serial: "N-1" }]);
    expect([taken.ok, taken.error]).toEqual([false, expect.stringContaining("N-1")]);
    expect(
      await make(OWNER, [{ serial: "A" }, { serial: "A" }], { productKind: "NEW", newProductName: "Twice" }),
    ).toMatchObject({ ok: false });
    expect(await make(VIEWER, [{ serial: "N-4" }])).toMatchObject({ ok: false });
    const fresh = await make(OWNER, [{ serial: "F-1" }], { productKind: "NEW", newProductName: "Fresh air" });
    expect(fresh).toMatchObject({ ok: true, devices: [{ product: { slug: "fresh-air" } }] });
    const { data } = await ask(OWNER, "{allDevices{id} allProducts{slug}}");
    expect(data.allDevices).toHaveLength(before + 3);
    expect(data.allProducts.map(({ slug }: { slug: string }) => slug)).not.toContain("twice");
    for (const { id } of [...made.devices, ...fresh.devices]) {
      const gone = await ask(OWNER, "mutation($i:RemoveDeviceInputType!){removeDevice(input:$i){ok error}}", {
        i: { deviceId: id, workspaceId: WORKSPACE_ID },
      });
      expect(gone.data.removeDevice).toEqual({ ok: true, error: null });
    }
  });
  test("a device is changed as far as rights go, and what concerns claiming is passed over", async () => {
    const change = (token: string) =>
      ask(
        token,
        'mutation{updateDevice(deviceId:"m3",input:{verboseName:"hidden 3",tags:[],canBeClaimed:true}){ok error device{verboseName tags}}}',
      );
    expect((await change(ONE)).data.updateDevice.ok).toBe(false);
    expect((await change(OWNER)).data.updateDevice).toEqual({
      ok: true,
      error: null,
      device: { verboseName: "hidden 3", tags: [] },
    });
  });
  test("an API user's token is told once, and works", async () => {
    const { data } = await ask(
      OWNER,
      `mutation{addApiUser(input:{workspace:"plant",name:"bot",wsPermissions:[],deviceRelationships:[{device:"m1",permissions:[record_measurements]}]}){ok apiUser{id apiKey name}}}`,
    );
    const { id, apiKey } = data.addApiUser.apiUser;
    const seen = await ask(apiKey, "{user{isApiuser apiKey} allDevices{id}}");
    expect(seen.data).toEqual({ user: { isApiuser: true, apiKey }, allDevices: [{ id: "m1" }] });
    const gone = await ask(OWNER, "mutation($id:String!){deleteApiUser(id:$id){ok}}", { id });
    expect(gone.data.deleteApiUser.ok).toBe(true);
    const after = await server.http("/graphql/", apiKey, { method: "POST", body: '{"query":"{user{id}}"}' });
    expect([after.status, await after.text()]).toEqual([401, ""]);
  });
  test("who signs in with a password gets a token that works; a wrong one is told at 200", async () => {
    const file = join(server.folder, "password.txt");
    writeFileSync(file, "seven green bottles");
    const made = await server.cli(
      "user",
      "create",
      "bob@example.com",
      "--workspace",
      "plant",
      "--role",
      "observer",
      "--password-file",
      file,
    );
    expect(made.code).toBe(0);
    const login = (password: string) =>
      ask(null, 'mutation($p:String!){login(email:"Bob@example.com",password:$p){ok token error user{email}}}', {
        p: password,
      });
    expect((await login("wrong")).data.login).toMatchObject({
      ok: false,
      token: null,
      error: expect.stringContaining("wrong"),
    });
    const { data } = await login("seven green bottles");
    expect(data.login).toMatchObject({ ok: true, error: null, user: { email: "bob@example.com" } });
    const seen = await ask(data.login.token, "{user{email} allDevices{id}}");
    expect([seen.data.user.email, seen.data.allDevices.length > 3]).toEqual(["bob@example.com", true]);
  });
  test("a decoder is tried, set, and reads what comes; what it does not know is suggested, and all of it is in the log", async () => {
    const code = `function Decoder(request) { console.log(request.path); var p = JSON.parse(request.body);
      return [{ device: "m1", field: "temperature", value: p.t }, { device: "m1", field: "NOVEL", value: 3 }] }`;
    const tried = await ask(
      OWNER,
      "mutation($i:TryApiPayloadDecoderInputType!){tryApiPayloadDecoder(input:$i){output log error executionTimeMs matchedFields{device fieldName value isNew type}}}",
      {
        i: {
          product: PRODUCT_ID,
          code,
          httpMethod: "POST",
          contentType: "application/json",
          body: '{"t":9}',
          headers: [],
          urlAppendix: "sub",
        },
      },
    );
    const { executionTimeMs, ...answer } = tried.data.tryApiPayloadDecoder;
    expect(executionTimeMs).toBeGreaterThanOrEqual(0);
    expect(answer).toEqual({
      output: expect.stringContaining('"field":"temperature"'),
      log: expect.stringContaining("/sub"),
      error: null,
      matchedFields: [
        { device: "m1", fieldName: "TEMPERATURE", value: "9", isNew: false, type: "NUMERIC" },
        { device: "m1", fieldName: "NOVEL", value: "3", isNew: true, type: "NUMERIC" },
      ],
    });
    const set =
      "mutation($i:UpdateApiConfigurationInputType!){updateApiConfiguration(input:$i){ok error product{apiConfiguration{httpPayloadDecoder httpEndpointUrl}}}}";
    const { data } = await ask(OWNER, set, { i: { product: "meter", httpPayloadDecoder: code } });
    expect(data.updateApiConfiguration).toMatchObject({
      ok: true,
      product: { apiConfiguration: { httpPayloadDecoder: code } },
    });
    const path = new URL(data.updateApiConfiguration.product.apiConfiguration.httpEndpointUrl, "http://x").pathname;
    const sent = await server.http(path, undefined, { method: "POST", body: '{"t":19}' });
    expect([sent.status, await sent.text()]).toEqual([200, "thanks"]);
    const seen = await ask(
      OWNER,
      '{currentMeasurement(deviceId:"m1",fieldName:"TEMPERATURE"){value} product(id:"meter"){measurementFieldSuggestions{fieldName fieldType value} apiConfiguration{logs{title body}}}}',
    );
    expect(seen.data.currentMeasurement).toEqual({ value: 19 });
    expect(seen.data.product.measurementFieldSuggestions).toEqual([
      { fieldName: "NOVEL", fieldType: "NUMERIC", value: "3" },
    ]);
    expect(seen.data.product.apiConfiguration.logs[0]).toMatchObject({ body: expect.stringContaining('{"t":19}') });
    // who may not change the product finds neither the script nor the address
    const viewed = await ask(
      VIEWER,
      '{product(id:"meter"){lorawanPayloadDecoder apiConfiguration{httpEndpointUrl} measurementFieldSuggestions{fieldName}}}',
    );
    expect(viewed.data.product).toEqual({
      lorawanPayloadDecoder: "",
      apiConfiguration: null,
      measurementFieldSuggestions: [],
    });
    await ask(OWNER, set, { i: { product: "meter", httpPayloadDecoder: "" } });
  });
  test("a downlink of the product is sent by its id or name, by who may record", async () => {
    const { data } = await ask(OWNER, '{product(id:"meter"){lorawanDownlinks{id name fport}}}');
    const [downlink] = data.product.lorawanDownlinks;
    expect(downlink).toMatchObject({ name: "reset", fport: 2 });
    const send = async (token: string, name: string) =>
      (await ask(token, 'mutation($d:String!){sendDownlink(device:"m1",downlink:$d){ok error}}', { d: name })).data
        .sendDownlink;
    expect(await send(VIEWER, "reset")).toMatchObject({ ok: false });
    expect(await send(ONE, "nope")).toEqual({ ok: false, error: expect.stringContaining("downlink") });
    const told = [await send(ONE, "reset"), await send(ONE, downlink.id)];
    // the product has no network: that is told, and it is no error of ours
    for (const answer of told) expect(answer.ok ? "" : answer.error).toMatch(/^$|network/);
  });
  test("measurements are counted, then deleted", async () => {
    const wipe = (dryRun: boolean) =>
      ask(
        OWNER,
        `mutation{deleteDeviceData(input:{deviceId:"m2",fieldNames:["BATTERY"],start:"2000-01-01T00:00:00Z",end:"2099-01-01T00:00:00Z",dryRun:${dryRun}}){ok datapointsAffected}}`,
      );
    expect((await wipe(true)).data.deleteDeviceData).toEqual({ ok: true, datapointsAffected: 1 });
    expect((await wipe(false)).data.deleteDeviceData).toEqual({ ok: true, datapointsAffected: null });
    expect((await wipe(true)).data.deleteDeviceData).toEqual({ ok: true, datapointsAffected: 0 });
  });
});

describe("documents that public clients send", () => {
  test("there are all of them", () => {
    expect(DOCUMENTS).toHaveLength(47);
  });
  test.each(DOCUMENTS)("%s, by the owner", async (name, text) => {
    const { status, data, errors } = await ask(OWNER, text, variablesOf(name, text));
    expect([status, errors, data === null]).toEqual([200, [], false]);
  });
  test.each(DOCUMENTS)(
    "%s, by who may see one device: without errors, and nothing else is told",
    async (name, text) => {
      const { status, data, errors } = await ask(ONE, text, variablesOf(name, text));
      expect([status, errors]).toEqual([200, []]);
      expect(JSON.stringify(data)).not.toContain(HIDDEN);
    },
  );
  test.each(DOCUMENTS)("%s, by nobody: nothing, or that one must say who one is", async (name, text) => {
    const { status, data, errors } = await ask(null, text, variablesOf(name, text));
    expect(status).toBe(200);
    expect(errors.map(({ extensions }) => extensions.code).filter((code) => code !== "NOT_AUTHENTICATED")).toEqual([]);
    expect(JSON.stringify(data)).not.toMatch(/hidden|m1|S-1|First|Plant/);
  });
});

/** A document that asks for everything below a type, so deep. */
function everything(type: GraphQLObjectType, depth: number): string {
  const fields = Object.values(type.getFields()).flatMap(({ name, type: of, args }) => {
    if (args.some((arg) => isNonNullType(arg.type) && arg.defaultValue === undefined)) return [];
    const inner = innermost(of);
    if (!isObjectType(inner)) return [name];
    return depth === 0 ? [] : [`${name}${everything(inner, depth - 1)}`];
  });
  return `{${fields.length === 0 ? "__typename" : fields.join(" ")}}`;
}
function innermost(type: GraphQLOutputType): GraphQLOutputType {
  return isNonNullType(type) || isListType(type) ? innermost(type.ofType) : type;
}

describe("nothing leaks", () => {
  const schema = buildSchema(readFileSync(join(import.meta.dir, "../../src/http/graphql/schema.graphql"), "utf8"));
  const root = schema.getQueryType() as GraphQLObjectType; // it has one
  const tree = everything(root, 3);
  test.each([
    ["who may see one device", ONE],
    ["who may record and not read", BLIND],
  ])("to %s, whatever is asked for", async (_, token) => {
    const { status, data } = await ask(token, tree);
    expect(status).toBe(200);
    const text = JSON.stringify(data);
    expect(text).not.toContain(HIDDEN);
    expect(text.includes("S-1")).toBe(token === ONE);
  });
  test("to nobody", async () => {
    const { data } = await ask(null, tree);
    expect(JSON.stringify(data)).not.toMatch(/hidden|S-1|Plant|Meter/);
  });
  test.each([
    'device(deviceId:"m2"){id}',
    'device(deviceId:"hidden-2"){id}',
    'workspace(slug:"hidden-workspace"){id}',
    'product(id:"hidden-product"){id}',
    'workspace(id:"plant"){device(id:"m2"){id}}',
    'workspace(id:"plant"){device(serialNumber:"hidden-serial"){id}}',
    'currentMeasurement(deviceId:"m2",fieldName:"TEMPERATURE"){value}',
    `organization(id:"00000000-0000-4000-8000-000000000001"){name}`,
  ])("what may not be seen is what is not there: %s", async (query) => {
    const hidden = await ask(ONE, `{a:${query}}`);
    const absent = await ask(ONE, `{a:${query.replace(/hidden[-\w]*|m2/g, "absent")}}`);
    expect(hidden).toEqual(absent);
  });
  test("the owner sees with the same document what the others do not", async () => {
    expect(JSON.stringify((await ask(OWNER, tree)).data)).toContain(`${HIDDEN}-device`);
    // and nobody's other workspace
    expect(JSON.stringify((await ask(OWNER, tree)).data)).not.toContain(`${HIDDEN}-elsewhere`);
  });
});

describe("transport", () => {
  const send = (init: RequestInit & { path?: string }, token: string | null = OWNER) =>
    server.http(init.path ?? "/graphql", token ?? undefined, { method: "POST", ...init });
  const Q = "{allWorkspaces{slug}}";
  const PLANT = { data: { allWorkspaces: [{ slug: "plant" }] } };

  test.each<[string, RequestInit & { path?: string }]>([
    ["JSON", { body: JSON.stringify({ query: Q, variables: null, operationName: null }) }],
    ["variables as a text", { body: JSON.stringify({ query: Q, variables: "{}" }) }],
    ["a document", { body: Q, headers: { "Content-Type": "application/graphql" } }],
    ["a form", { body: new URLSearchParams({ query: Q }) }],
    ["with a slash and other parameters", { path: "/graphql/?op=x", body: JSON.stringify({ query: Q }) }],
    ["GET", { method: "GET", path: `/graphql?query=${encodeURIComponent(Q)}` }],
  ])("%s", async (_, init) => {
    const answer = await send(init);
    expect([answer.status, await answer.json()]).toEqual([200, PLANT]);
  });
  test.each<[string, RequestInit & { path?: string }, number, RegExp]>([
    ["no document", { body: "{}" }, 400, /query/],
    ["a list of documents", { body: "[]" }, 400, /one document/i],
    ["no JSON", { body: "nope" }, 400, /JSON/],
    ["a mistake in the document", { body: '{"query":"{"}' }, 400, /Syntax/],
    ["an unknown field", { body: '{"query":"{nope}"}' }, 400, /nope/],
    [
      "a variable that does not fit",
      { body: '{"query":"query($a:Int!){parseDate(date:\\"a\\",timezone:\\"b\\")}"}' },
      400,
      /\$a/,
    ],
    [
      "too deep",
      {
        body: JSON.stringify({
          query: `{device(deviceId:"m1"){${"product{workspace{organization{workspaces{edges{node{products{workspace{organization{workspaces{edges{node{products{id}}}}}}}}}}}}}}"}}`,
        }),
      },
      400,
      /deep/,
    ],
    [
      "too many aliases",
      { body: JSON.stringify({ query: `{${Array.from({ length: 101 }, (_, i) => `a${i}:user{id}`).join(" ")}}` }) },
      400,
      /aliases/,
    ],
    ["too long", { body: JSON.stringify({ query: `{user{id}} #${"x".repeat(70_000)}` }) }, 400, /characters/],
    [
      "a mutation by GET",
      { method: "GET", path: `/graphql?query=${encodeURIComponent('mutation{deleteApiUser(id:"1"){ok}}')}` },
      405,
      /POST/,
    ],
    ["no query at all", { method: "GET", path: "/graphql" }, 400, /POST/],
  ])("%s is told in words", async (_, init, status, words) => {
    const answer = await send(init);
    const { errors } = (await answer.json()) as Answer;
    expect(answer.status).toBe(status);
    expect(errors[0]?.message).toMatch(words);
    expect(errors[0]?.extensions.code).toBe("VALIDATION_ERROR");
  });
  test("a GET with a body, as the platform's documentation shows, is told how to ask", async () => {
    const body = JSON.stringify({ query: Q });
    const text = await raw(
      `GET /graphql/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain("Send POST");
  });
  test("a wrong token is 401 with an empty body; an empty header is nobody", async () => {
    const wrong = await send({ body: JSON.stringify({ query: Q }) }, "0".repeat(40));
    expect([wrong.status, await wrong.text()]).toEqual([401, ""]);
    for (const header of ["", "  "]) {
      const nobody = await send({ body: JSON.stringify({ query: Q }), headers: { Authorization: header } }, null);
      expect([nobody.status, await nobody.json()]).toEqual([200, { data: { allWorkspaces: [] } }]);
    }
    const bearer = await send(
      { body: JSON.stringify({ query: Q }), headers: { Authorization: `bearer ${OWNER}` } },
      null,
    );
    expect(await bearer.json()).toEqual(PLANT);
  });
  test("pages elsewhere may ask, with a token and never with cookies", async () => {
    const headers = {
      Origin: "http://editor.example",
      "Access-Control-Request-Method": "POST",
      "Access-Control-Request-Headers": "authorization,content-type",
    };
    for (const path of ["/graphql", "/graphql/"]) {
      const preflight = await send({ method: "OPTIONS", path, headers }, null);
      expect(preflight.headers.get("Access-Control-Allow-Origin")).toBe("*");
      expect(preflight.headers.get("Access-Control-Allow-Headers")?.toLowerCase()).toContain("authorization");
      expect(preflight.headers.get("Access-Control-Allow-Credentials")).toBeNull();
    }
  });
  test("introspection is open, and whole", async () => {
    const { getIntrospectionQuery, buildClientSchema, printSchema } = await import("graphql");
    const { data, errors } = await ask(null, getIntrospectionQuery());
    expect(errors).toEqual([]);
    const sdl = printSchema(buildClientSchema(data));
    expect(sdl).toContain("type Mutations");
    // hidden there, and taken all the same
    expect(sdl).not.toContain("nodatathreshold");
  });
  test("a browser is told how programs ask, and runs nothing", async () => {
    const page = await send({ method: "GET", headers: { Accept: "text/html" } }, null);
    expect([page.status, page.headers.get("Content-Security-Policy")]).toEqual([
      200,
      expect.stringContaining("default-src 'none'"),
    ]);
    expect(await page.text()).toContain("Authorization: Token");
  });

  /** What the plain listener answers to these bytes. */
  async function raw(bytes: string): Promise<string> {
    const parts: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    await Bun.connect({
      hostname: "127.0.0.1",
      port: server.ports.http,
      socket: {
        open: (socket) => void socket.write(bytes),
        data: (_, data) => void parts.push(data.toString()),
        close: () => resolve(),
      },
    });
    await promise;
    return parts.join("");
  }
});
