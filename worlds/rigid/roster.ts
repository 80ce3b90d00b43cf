import type { RigidBody, World } from '@dimforge/rapier3d-compat';

/**
 * The bodies of a world as of the last look. Reading a body that was removed would corrupt Rapier's memory, and its
 * handle may stand for another body, so that every use asks {@link isCurrent} first.
 */
export class Roster {
  readonly #world: World;
  #bodies: readonly RigidBody[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** All bodies, fixed ones included, in the order of their slots. */
  get bodies(): readonly RigidBody[] {
    return this.#bodies;
  }

  /** Whether the world still has exactly these bodies. Looks only at Rapier's JavaScript side: some ns a body. */
  isCurrent(): boolean {
    const { bodies } = this.#world;
    if (bodies.len() !== this.#bodies.length) return false;
    for (const body of this.#bodies) if (bodies.get(body.handle) !== body) return false;
    return true;
  }

  look(): void {
    this.#bodies = this.#world.bodies.getAll();
  }
}
