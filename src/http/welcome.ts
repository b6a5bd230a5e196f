/** Said in so many words: the runtime's own mark is lost where the headers of safety come in, and browsers may not guess. */
export const TEXT = { "Content-Type": "text/plain; charset=utf-8" };

/** What `GET /` tells: the addresses there are. */
export const WELCOME = `fieldcast: the MQTT data cloud that you run yourself

POST /v1/devices/<id or serial>/record/           record a measurement; a batch with ?batch=true
GET  /v1/devices/                                 the devices that you may read
GET  /v1/devices/<id or serial>/                  one device with its current values
GET  /v1/devices/<id or serial>/historic_data/    ?fields=A,B&timeframe_start=…&timeframe_end=…&resolution=1h
DELETE the same                                   ?fields=A,B&timeframe_start=…&timeframe_end=…&dry_run=true
GET  /v1/history/                                 several devices: ?products=&devices=&fields=&from=&to=&resolution=; POST with JSON
GET  /v1/export/                                  every measurement as CSV or NDJSON: ?products=&format=
GET  /v1/devices/<id or serial>/log/              what was refused for it
GET  /v1/log/                                     what you were refused
GET  /v1/sessions/                                MQTT sessions; ?account=&client_id=&connected=&limit=&cursor=
GET  /v1/sessions/<account>/<client id>/          one session; also /v1/sessions/<account>/?client_id=
POST /v1/sessions/disconnect/                     {"account", "client_id"}: end its connection
GET  /api/v1/live                                 measurements as they come (Server-Sent Events): ?products=&devices=&fields=
GET  /api/v1/inspect                              events: ?device=&account=&kind=&since=&limit=&cursor=
GET  /api/v1/inspect/live                         the same as it comes (Server-Sent Events)
GET  /api/v1/topics/live                          free topics as they are used (Server-Sent Events): ?filter=
GET  /api/v1/audit                                who did what: ?workspace=&actor=&action=&from=&to=&limit=&cursor=
/api/v1/                                          managing the fleet; read /api/v1/docs
POST /integrations/api/<key of a product>/        what devices send in a form of their own; docs/integrations.md
POST /integrations/lorawan/<network>/             uplinks of The Things Stack, ChirpStack and others; docs/lorawan.md
POST /graphql/                                    documents of the hosted platform's clients; docs/graphql.md
POST /api/v1/auth/sign-in                         {"email", "password"}: a cookie for people; docs/people.md has the rest
GET  /healthz                                     whether the server is ready
GET  /livez                                       whether the process lives
GET  /metrics                                     figures for Prometheus
/mqtt                                             MQTT over WebSocket
/console/                                         for people, in a browser; docs/console.md

Send the header: Authorization: Token <access token>
The documents come with the program: README.md, docs, ARCHITECTURE.md, CHANGELOG.md
`;
