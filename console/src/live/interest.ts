/** Devices that one stream names; beyond, whole products are followed. */
const MOST_DEVICES = 100;
/** Products that one stream names; beyond, everything is followed. */
const MOST_PRODUCTS = 20;
/** Nothing is looked at: the stream says only whether the server is there. */
const IDLE = "idle=true";

/**
 * What the stream of measurements must carry for the devices that are looked at, so that neither the server nor the browser has
 * work with those that nobody sees. It remembers what it said last: a stream that has all of it need not be opened anew.
 */
export class Interest {
  private followed: ReadonlySet<string> | null = new Set();
  private wish = IDLE;

  /**
   * @param keys `product/device`; @param all everything is listened to
   * @returns parameters of `GET /api/v1/live`; the same as before when that is enough
   */
  aim(keys: ReadonlySet<string>, all: boolean): string {
    if (all) return this.follow(null, "");
    // a few that are not looked at any more do no harm, but nothing at all is followed by idling
    if (keys.size > 0 && this.followed !== null && keys.isSubsetOf(this.followed)) return this.wish;
    if (keys.size === 0) return this.follow(new Set(), IDLE);
    const products = new Set([...keys].map((key) => key.slice(0, key.indexOf("/"))));
    if (products.size > MOST_PRODUCTS) return this.follow(null, "");
    const wish = new URLSearchParams({ products: [...products].join(",") });
    if (keys.size > MOST_DEVICES) return this.follow(null, wish.toString());
    wish.set("devices", [...new Set([...keys].map((key) => key.slice(key.indexOf("/") + 1)))].join(","));
    // what came while they were not followed
    wish.set("current", "true");
    return this.follow(keys, wish.toString());
  }
  private follow(followed: ReadonlySet<string> | null, wish: string): string {
    this.followed = followed;
    this.wish = wish;
    return wish;
  }
}
