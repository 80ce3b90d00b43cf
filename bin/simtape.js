#!/usr/bin/env node
// Plain JavaScript that every Node since 12 can parse, so that too old a one gets a sentence instead of a stack trace.
import { existsSync } from 'node:fs';

const [major] = process.versions.node.split('.').map(Number);

if (major < 24) {
  process.stderr.write(
    `simtape needs Node 24 or newer and this is ${process.versions.node}: install a newer Node, or run npx -p node@26 -p simtape simtape\n`,
  );
  process.exitCode = 1;
} else {
  // Node 24 calls node:sqlite experimental on each start; that is no news to whoever records a simulation.
  const { emitWarning } = process;
  process.emitWarning = (warning, ...rest) => {
    if (!String(warning).includes('SQLite is an experimental feature'))
      emitWarning.call(process, warning, ...rest);
  };
  const cli = new URL('../dist/cli/main.js', import.meta.url);
  if (existsSync(cli)) {
    const { main } = await import(cli.href);
    await main(process.argv.slice(2));
  } else {
    process.stderr.write(
      'simtape: this clone is not built: npm run build, or node scripts/run.mjs cli/main.ts\n',
    );
    process.exitCode = 1;
  }
}
