// Verifies HC1 texts with the npm package @pathcheck/dcc-sdk.
// Usage: node check.js CERTIFICATES.txt DSC.pem
// Prints the counts as one line of JSON; ends with 0 if there was at least one certificate and all were good, else with 1.

const { createHash, X509Certificate } = require("node:crypto");
const { readFileSync } = require("node:fs");

const answer = console.log;
for (const name of ["log", "warn", "error"]) console[name] = () => {}; // the SDK tells every failure at length

const sdk = require("@pathcheck/dcc-sdk");

async function statusOf(text) {
  try {
    const { status } = await sdk.unpackAndVerify(text);
    return status;
  } catch (error) {
    return error.constructor.name; // whatever a foreign library throws is an answer
  }
}

async function main(certificates, dsc) {
  const der = new X509Certificate(readFileSync(dsc)).raw;
  const kid = createHash("sha256").update(der).digest().subarray(0, 8).toString("base64");
  sdk.addCachedCerts({ [kid]: der.toString("base64") });
  const started = performance.now();
  const failures = {};
  let good = 0;
  let bad = 0;
  for (const text of readFileSync(certificates, "utf8").split("\n").filter(Boolean)) {
    const status = await statusOf(text);
    if (status === "verified") {
      good += 1;
    } else {
      bad += 1;
      failures[status] = (failures[status] ?? 0) + 1;
    }
  }
  answer(JSON.stringify({ good, bad, failures, seconds: Math.round(performance.now() - started) / 1000 }));
  return good > 0 && bad === 0 ? 0 : 1;
}

main(process.argv[2], process.argv[3]).then((code) => process.exit(code));
