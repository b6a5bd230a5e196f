import { networkSample, sampleOf, sampleQuery } from "../../admin/network-sample.ts";
import { networkTest, networkTested, testNetwork } from "../../admin/network-test.ts";
import { findNetwork } from "./find.ts";
import { type AnyOperation, route } from "./route.ts";

/** Uplinks of a network that somebody makes up. */

const PATH = "/workspaces/{workspace}/networks/{network}";
const TAKES = 'Takes the workspace permission "integrations".';

export const NETWORK_TESTS: readonly AnyOperation[] = [
  route({
    method: "get",
    path: `${PATH}/sample`,
    id: "getNetworkSample",
    tag: "Downlinks",
    summary: "Get a sample of what a network sends",
    description: `An uplink as the network writes it, of a device, with what that sent last. ${TAKES}`,
    query: sampleQuery,
    result: networkSample,
    refusals: ["unknown_product", "unknown_device"],
    find: findNetwork,
    run: async (call) => {
      const body = await sampleOf(call, call.found, call.query);
      call.again(); // rights may have changed meanwhile
      return { body };
    },
  }),
  route({
    method: "post",
    path: `${PATH}/test`,
    id: "testNetwork",
    tag: "Downlinks",
    summary: "Test a network with an uplink",
    description:
      "What becomes of what a network sends: which device it is of, what its decoder makes of it, and what of that is stored, refused or suggested. Nothing is stored, unless `record` is true: then it goes " +
      `the whole way as if it had come from the network, with your rights. ${TAKES} With \`record\` also "record_measurements" on its devices.`,
    body: networkTest,
    result: networkTested,
    refusals: ["unknown_product", "overloaded", "clock_not_set"],
    find: findNetwork,
    run: async (call) => {
      const body = await testNetwork(call, call.found, call.body);
      call.again(); // rights may have changed meanwhile
      return { body };
    },
  }),
];
