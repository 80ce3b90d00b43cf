import { SimtapeError } from '../../src/index.ts';

/** Rapier's module. */
export type Rapier = typeof import('@dimforge/rapier3d-compat');

const PACKAGE = '@dimforge/rapier3d-compat';

/**
 * Loads Rapier and starts its WebAssembly module, which a world needs before anything else.
 *
 * @throws `BackendUnavailable` where the package is not installed, which is an optional peer dependency
 */
export async function loadRapier(
  load: () => Promise<Rapier> = () => import('@dimforge/rapier3d-compat'),
): Promise<Rapier> {
  let rapier: Rapier;
  try {
    rapier = await load();
  } catch (cause) {
    throw new SimtapeError(
      'BackendUnavailable',
      `the rigid world needs the physics engine Rapier, which does not load: npm install ${PACKAGE}`,
      { backend: PACKAGE },
      cause,
    );
  }
  await rapier.init();
  return rapier;
}
