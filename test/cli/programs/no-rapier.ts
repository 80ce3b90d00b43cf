import { registerHooks } from 'node:module';

// Stands in for an installation without the optional package.
registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== '@dimforge/rapier3d-compat') return next(specifier, context);
    throw Object.assign(new Error(`Cannot find package '${specifier}'`), { code: 'ERR_MODULE_NOT_FOUND' });
  },
});
