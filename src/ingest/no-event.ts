/** What an event has that says nothing of it. */
export const NOTHING = {
  device: 0,
  client: null,
  remote: null,
  transport: null,
  tls: null,
  code: null,
  message: null,
  topic: null,
  payload: null,
  base64: false,
  bytes: null,
  commit: null,
  delivered: null,
  count: 1,
} as const;
