/** What a new product's decoder does until its owner changes it: each key of a JSON object, or of each object of a list, is a field. */
export const SAMPLE_DECODER = `// Called with each request at the product's address. What it returns is recorded.
function Decoder(request) {
  var payload = JSON.parse(request.body);
  var rows = Array.isArray(payload) ? payload : [payload];
  var measurements = [];
  rows.forEach(function (row) {
    var device = row.device || row.serial;
    Object.keys(row).forEach(function (key) {
      if (key !== "device" && key !== "serial") {
        measurements.push({ device: device, field: key.toUpperCase(), value: row[key] });
      }
    });
  });
  return measurements;
}
`;
