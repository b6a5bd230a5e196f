/** What pages of other origins may do: open to every page, because the token and nothing else speaks for the caller. Never with credentials. */
export const CORS = {
  origin: "*",
  allowMethods: ["GET", "HEAD", "POST", "DELETE"],
  allowHeaders: ["Authorization", "Content-Type"],
  exposeHeaders: [
    "Retry-After",
    "WWW-Authenticate",
    "X-Next-Cursor",
    "X-Next-Start",
    "X-Truncated",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Fieldcast-Position",
  ],
  maxAge: 86_400,
};

/** The same of /api/v1. */
export const API_CORS = {
  ...CORS,
  allowMethods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
  allowHeaders: [
    ...CORS.allowHeaders,
    "If-Match",
    "Idempotency-Key",
    "Last-Event-ID",
    "Fieldcast-At",
    "Fieldcast-Wait",
  ],
  exposeHeaders: [...CORS.exposeHeaders, "ETag", "Location", "Idempotency-Replayed"],
};
