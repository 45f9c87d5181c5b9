/** Packages that ship ES modules alone and must be transformed for jest. */
const esm = ['oauth4webapi', 'jose', '@modelcontextprotocol', 'eventsource-parser', 'pkce-challenge'];

module.exports = {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // Takes the synthesised template apart piece by piece, a run for each: `npm run test:template`.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/mutations.test.ts'],
  testEnvironment: 'node',
  // Much of a run is waiting for processes: one worker for each core, not one fewer.
  maxWorkers: '100%',
  // A bound for what hangs; no test is a measure of time.
  testTimeout: 20_000,
  transform: {
    '^.+\\.[cm]?[jt]s$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esm.join('|')})/)`],
  moduleNameMapper: {
    '^cdk-mcp$': '<rootDir>/lib/index.ts',
    '^cdk-mcp/runtime$': '<rootDir>/lambda/serve/runtime.ts',
  },
  modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/assets/', '<rootDir>/cdk.out/', '<rootDir>/dist/'],
};
