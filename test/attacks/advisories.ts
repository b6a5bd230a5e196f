/** An attack that another broker fell to, and where it is tried on this one. */
interface Advisory {
  readonly id: string;
  readonly product: string;
  /** What happened there. */
  readonly what: string;
  /** Why there is no test of it here; absent: a test bears the id in its name. */
  readonly none?: string;
}

const CLIENT = "of clients; this program is a server";

/** Public advisories and issues of brokers, and of the libraries that they are built on. */
export const ADVISORIES: readonly Advisory[] = [
  { id: "CVE-2017-7650", product: "Mosquitto", what: "# or + as user name or client id widened pattern rules" },
  { id: "CVE-2017-7651", product: "Mosquitto", what: "memory for a huge announced length before the login" },
  { id: "CVE-2017-7652", product: "Mosquitto", what: "a reload that failed left everything open" },
  { id: "CVE-2017-7653", product: "Mosquitto", what: "topics that are not UTF-8 were passed on" },
  { id: "CVE-2017-7654", product: "Mosquitto", what: "memory leaked with crafted CONNECTs" },
  { id: "CVE-2017-7655", product: "Mosquitto", what: "null dereference in the library", none: CLIENT },
  { id: "CVE-2017-9868", product: "Mosquitto", what: "the database file could be read by all" },
  { id: "CVE-2018-12543", product: "Mosquitto", what: "a topic that begins with $ ended the server" },
  { id: "CVE-2018-12546", product: "Mosquitto", what: "retained messages outlived the rights to them" },
  { id: "CVE-2018-12550", product: "Mosquitto", what: "an empty file of rights allowed all" },
  { id: "CVE-2018-12551", product: "Mosquitto", what: "malformed lines of passwords were logins" },
  { id: "CVE-2018-20145", product: "Mosquitto", what: "rights were not asked at one listener" },
  { id: "CVE-2020-13849", product: "the protocol", what: "connections held open at no cost (SlowITe)" },
  { id: "CVE-2021-28166", product: "Mosquitto", what: "a CONNACK from a client ended the server" },
  { id: "CVE-2021-34431", product: "Mosquitto", what: "memory leaked with a CONNECT after the login" },
  { id: "CVE-2021-34432", product: "Mosquitto", what: "a topic of length 0 ended the server" },
  { id: "CVE-2021-34434", product: "Mosquitto", what: "a durable subscription outlived the right" },
  { id: "CVE-2023-0809", product: "Mosquitto", what: "memory for first packets that are no CONNECT" },
  { id: "CVE-2023-3592", product: "Mosquitto", what: "memory leaked with will properties" },
  { id: "CVE-2023-28366", product: "Mosquitto", what: "memory leaked with one QoS 2 identifier again and again" },
  { id: "CVE-2024-10525", product: "Mosquitto", what: "a SUBACK without codes was read beyond its end", none: CLIENT },
  { id: "CVE-2021-33175", product: "EMQX", what: "memory used up by deep topics" },
  { id: "CVE-2021-33176", product: "VerneMQ", what: "memory used up by deep topics" },
  { id: "EMQX #17040", product: "EMQX", what: "an API key could change the passwords of people" },
  { id: "CVE-2016-9877", product: "RabbitMQ", what: "a user name without a password logged in" },
  { id: "CVE-2026-44838", product: "RabbitMQ", what: "the client id became part of a regular expression" },
  { id: "CVE-2026-67407", product: "RabbitMQ", what: "the client id became part of a regular expression" },
  { id: "CVE-2026-67405", product: "RabbitMQ", what: "WebSockets were open to pages of any origin" },
  { id: "CVE-2026-67411", product: "RabbitMQ", what: "a PROXY header made a peer local" },
  {
    id: "CVE-2021-22116",
    product: "RabbitMQ",
    what: "input without an end in AMQP 1.0",
    none: "of a protocol that is not spoken here",
  },
  { id: "CVE-2026-33217", product: "NATS", what: "another spelling of a topic passed the rules" },
  { id: "CVE-2024-48077", product: "NanoMQ", what: "the receive queue grew without a bound" },
  { id: "CVE-2026-21888", product: "NanoMQ", what: "a variable integer of five bytes was read beyond its end" },
  { id: "CVE-2026-25627", product: "NanoMQ", what: "a length beyond the WebSocket frame" },
  { id: "NanoMQ #1153", product: "NanoMQ", what: "malformed PUBLISH read beyond its end" },
  { id: "NanoMQ #1165", product: "NanoMQ", what: "wrong protocol names, and a race behind them" },
  { id: "NanoMQ #1863", product: "NanoMQ", what: "connections used after their end" },
  ...["#2114", "#2115", "#2116", "#2117", "#2118", "#2119"].map((id) => ({
    id,
    product: "NanoMQ",
    what: "filters freed while messages for them were sent",
  })),
  { id: "NanoMQ #2268", product: "NanoMQ", what: "a SUBSCRIBE that ends behind its filter" },
  { id: "NanoMQ #2270", product: "NanoMQ", what: "a PUBLISH that ends behind its topic" },
  { id: "GHSA-52qw-whmv-87c5", product: "Aedes", what: "__proto__ as client id or filter ended the server" },
  { id: "CVE-2020-13410", product: "Aedes", what: "a packet that cannot be written ended the server" },
  { id: "CVE-2016-10523", product: "mqtt-packet", what: "malformed packets ended the process" },
  { id: "CVE-2017-10910", product: "MQTT.js", what: "malformed packets ended the process" },
  { id: "CVE-2019-5432", product: "mqtt-packet", what: "malformed packets ended the process" },
  { id: "CVE-2016-1000242", product: "mqtt", what: "malformed packets ended the process" },
  { id: "Mosca ReDoS", product: "Mosca", what: "filters that kept a regular expression busy" },
  { id: "CVE-2024-35512", product: "hmq", what: "crafted packets ended the server" },
  { id: "CVE-2020-13821", product: "HiveMQ", what: "a client id ran as a script in the console" },
  { id: "CVE-2026-115417", product: "aws-c-mqtt", what: "memory errors", none: CLIENT },
];
