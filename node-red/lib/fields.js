const AGAIN_MS = 30_000;

/** Types of fields, asked of the server once for each product, and again (at most twice a minute) when a field is new. */
class Fields {
  /**
   * @param {import("./api").Api} api
   * @param {() => number} [now] milliseconds
   */
  constructor(api, now = Date.now) {
    this.api = api;
    this.now = now;
    this.products = new Map();
  }

  /**
   * @param {string} product
   * @param {string} field
   * @returns {Promise<string | undefined>} undefined when the server does not tell, or cannot be asked
   */
  async type(product, field) {
    const known = this.products.get(product);
    if (known?.types.has(field)) return known.types.get(field);
    if (known === undefined || this.now() - known.asked >= AGAIN_MS) await this.learn(product);
    return this.products.get(product)?.types.get(field);
  }

  /** Asks once, whoever waits for it. */
  learn(product) {
    const known = this.products.get(product) ?? { types: new Map(), asked: 0, asking: undefined };
    this.products.set(product, known);
    known.asking ??= this.api
      .all(["products", product, "fields"])
      .then((fields) => {
        known.types = new Map(fields.map(({ id, type }) => [id, type]));
      })
      .catch(() => {
        // without the HTTP interface values stay the texts that they are on the wire
      })
      .finally(() => {
        known.asked = this.now();
        known.asking = undefined;
      });
    return known.asking;
  }
}

module.exports = { Fields };
