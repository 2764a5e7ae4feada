/** The Node in which targets of the agent's tests run: that of the tests, or the one that `npm run matrix` names. */
export const nodeUnderTest = process.env['CHAOSX_TEST_NODE'] ?? process.execPath;
