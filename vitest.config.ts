import { fileURLToPath } from 'node:url';
import solid from 'vite-plugin-solid';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [solid({ dev: false, hot: false })],
  resolve: {
    // The Solid plugin resolves packages as for a browser, where `ws` is a stub.
    alias: { ws: fileURLToPath(new URL('node_modules/ws/wrapper.mjs', import.meta.url)) },
  },
  test: {
    include: ['test/unit/**/*.test.{ts,tsx}'],
    environment: 'node',
    // Longer than the deadline of a request, whose error says more.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // Not threads: a program that one test writes could not be started while another thread starts something ("text file
    // busy"), because the child holds a copy of every open file for a moment.
    pool: 'forks',
    poolOptions: { forks: { maxForks: 2 } },
  },
});
