import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** The long version of the kill tests: npm run test:kill. */
const config: ViteUserConfig = defineConfig({
  test: { include: ['test/kill/**/*.test.ts'], pool: 'forks' },
});

export default config;
