import { registerHooks } from 'node:module';

// Prints the packages that the main entry loads.
const packages = new Set<string>();
registerHooks({
  resolve(specifier, context, next) {
    const isPackage = /^[@a-z]/.test(specifier) && !/^(node|file|data):/.test(specifier);
    if (isPackage) packages.add(specifier);
    return next(specifier, context);
  },
});
await import('../../../src/index.ts');
process.stdout.write([...packages].sort().join('\n'));
