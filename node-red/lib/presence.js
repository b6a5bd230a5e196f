/**
 * What changed between two lists of devices.
 * @param {Map<string, {online: boolean}>} before by `product/device`
 * @param {readonly {id: string, product: string, online: boolean}[]} now
 * @returns {{changed: object[], after: Map<string, object>}} who came, went, or is new
 */
function changesOf(before, now) {
  const after = new Map(now.map((device) => [`${device.product}/${device.id}`, device]));
  const changed = [...after]
    .filter(([key, { online }]) => before.get(key)?.online !== online)
    .map(([, device]) => device);
  return { changed, after };
}

/** A device as messages have it. */
function presenceOf({ id, product, name, online, last_heard }) {
  return { product, device: id, name, online, lastHeard: last_heard };
}

module.exports = { changesOf, presenceOf };
