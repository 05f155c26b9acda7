// The SDK asks its registry on the network for kids that it does not know; here there is none.
module.exports = async () => {
  throw new Error("no network in a test");
};
