import { registerHooks } from 'node:module';

// Stands in for an installation without the optional package.
registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== '@duckdb/node-api') return next(specifier, context);
    throw Object.assign(new Error(`Cannot find package '${specifier}'`), { code: 'ERR_MODULE_NOT_FOUND' });
  },
});
