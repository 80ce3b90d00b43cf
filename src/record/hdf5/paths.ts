import { SimtapeError, show } from '../../errors.ts';
import { isName, LONGEST_NAME } from '../../formats/hdf5/messages/link.ts';
import { OF_ROOT, OF_RUN, RESERVED_PREFIX } from '../../schema/hdf5-objects.ts';

/** The paths of a file of a run: which are the recorder's, and which there are of the user's own. */
export class Hdf5Paths {
  readonly #run: string;
  readonly #makesParents: boolean;
  readonly #objects = new Map<string, 'group' | 'dataset'>();

  /** @param makesParents whether groups on the way to an object are made */
  constructor(runId: string, makesParents: boolean) {
    this.#run = `/${runId}`;
    this.#makesParents = makesParents;
    this.#objects.set('/', 'group');
    this.#objects.set(this.#run, 'group');
  }

  /** The absolute path; one that is relative is within the run's group. @throws `InvalidConfig` */
  absolute(path: string): string {
    if (typeof path !== 'string') return refuse(path, 'it is no text');
    const whole = path.startsWith('/') ? path : `${this.#run}/${path}`;
    if (whole === '/') return whole;
    const names = whole.slice(1).split('/');
    if (names.some((name) => !isName(name) || name === '.' || name === '..')) {
      refuse(
        path,
        `a name in it is empty, a dot, longer than ${LONGEST_NAME} characters, or no text of HDF5: write /group/name`,
      );
    }
    return whole;
  }

  /** Whether there is room for an object; then there is one. @throws `InvalidConfig` */
  add(path: string, kind: 'group' | 'dataset', check: () => void): void {
    if (this.#isRecorders(path)) {
      refuse(
        path,
        `${this.#run}/tables and ${this.#run}/episode_… are the recorder's own: take another name`,
      );
    }
    if (this.#objects.has(path)) refuse(path, 'there is such an object already');
    const parents = parentsOf(path);
    for (const parent of parents) {
      const found = this.#objects.get(parent);
      if (found === 'dataset') refuse(path, `${parent} is a dataset, not a group`);
      if (found === undefined && !this.#makesParents) {
        refuse(path, `there is no group ${parent}, and createIntermediateGroups is off: create it first`);
      }
    }
    check();
    for (const parent of parents) this.#objects.set(parent, 'group');
    this.#objects.set(path, kind);
  }

  /** @throws `NotFound`; `InvalidConfig` for attributes that are the recorder's */
  refuseNames(path: string, names: readonly string[]): void {
    if (!this.#objects.has(path) && !this.#isRecorders(path)) {
      const message = `there is no ${path}: attributes go to what was created on this thread, and to what is recorded`;
      throw new SimtapeError('NotFound', message, { name: path });
    }
    this.refuseReserved(path, names);
  }

  /** @throws `InvalidConfig` for attributes of an object that are the recorder's */
  refuseReserved(path: string, names: readonly string[]): void {
    const odd = names.find((name) => this.#isReserved(path, name));
    if (odd === undefined) return;
    const message = `the attribute ${odd} of ${path} is the recorder's own: take another name`;
    throw new SimtapeError('InvalidConfig', message, { key: `attributes.${odd}`, value: odd });
  }

  #isReserved(path: string, name: string): boolean {
    if (name.startsWith(RESERVED_PREFIX)) return true;
    if (path === '/') return OF_ROOT.has(name);
    return path === this.#run ? OF_RUN.has(name) : this.#isRecorders(path) && name === 'columns';
  }

  /** Whether a path is one of recorded rows. */
  #isRecorders(path: string): boolean {
    if (!path.startsWith(`${this.#run}/`)) return false;
    const [name] = path.slice(this.#run.length + 1).split('/');
    return name === 'tables' || name!.startsWith('episode_');
  }
}

/** The groups on the way to an object, the root left out. */
function parentsOf(path: string): string[] {
  const names = path.slice(1).split('/').slice(0, -1);
  return names.map((_, i) => `/${names.slice(0, i + 1).join('/')}`);
}

function refuse(path: unknown, why: string): never {
  throw new SimtapeError('InvalidConfig', `the path ${show(path)} cannot be: ${why}`, {
    key: 'path',
    value: path,
  });
}
