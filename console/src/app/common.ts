/**
 * What nearly every page needs, so that it comes with the console's own script: each part that several pages share would be a file of its own
 * otherwise, and a page with twenty of them is late on a phone. Big things that few pages need do not belong here.
 */
export { Checkbox, Group, InputBase, NativeSelect, Stack, TextInput } from "@mantine/core";
export { useMutation, useQueries } from "@tanstack/react-query";
export { useAct } from "../parts/act.ts";
export { deviceAlertsQuery } from "../parts/alerts/queries.ts";
export { AsApi } from "../parts/as-api.tsx";
export { DeviceState } from "../parts/device-state.tsx";
export { EmptyState } from "../parts/empty-state.tsx";
export { useSaved } from "../parts/kept-context.ts";
export { Section } from "../parts/section.tsx";
export { Status } from "../parts/status.tsx";
export { ValueCell } from "../parts/value-cell.tsx";
