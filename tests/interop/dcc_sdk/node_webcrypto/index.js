// WebCrypto as Node itself has it, under the name of the package that the SDK asks for. A plain object: the SDK's loader
// wraps what it imports, and `crypto` answers to nobody but itself; nor does that loader know "node:crypto".
module.exports = { subtle: require("crypto").webcrypto.subtle };
