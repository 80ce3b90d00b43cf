/** Where a value of a configuration comes from. */
export type Origin =
  | { readonly from: 'default' }
  | { readonly from: 'file'; readonly file: string; readonly line: number }
  | { readonly from: 'environment'; readonly name: string }
  | { readonly from: 'command line'; readonly text: string }
  /** `key` is what the caller called it, where that is not its name in a configuration file. */
  | { readonly from: 'code'; readonly key?: string };

/** A value with where it comes from. Lists are values. */
export interface Leaf {
  readonly kind: 'leaf';
  readonly value: unknown;
  readonly origin: Origin;
  /** Of the text of an environment variable: the number, boolean or list that it stands for where one is taken. */
  readonly decoded?: unknown;
}

/** A group of values. */
export interface Branch {
  readonly kind: 'branch';
  readonly entries: Map<string, Tree>;
  readonly origin: Origin;
}

/** A value or a group of a configuration. */
export type Tree = Leaf | Branch;

/** A place in a configuration: the names on the way to it. */
export type Path = readonly string[];

export function branch(origin: Origin, entries: Iterable<readonly [string, Tree]> = []): Branch {
  return { kind: 'branch', entries: new Map(entries), origin };
}

export function leaf(value: unknown, origin: Origin): Leaf {
  return { kind: 'leaf', value, origin };
}

/** Makes a tree of a plain value. */
export function fromPlain(value: unknown, origin: Origin): Tree {
  if (!isPlainObject(value)) return leaf(value, origin);
  // What is undefined was left out.
  const given = Object.entries(value).filter(([, part]) => part !== undefined);
  return branch(
    origin,
    given.map(([key, part]) => [key, fromPlain(part, origin)]),
  );
}

/** A tree as a plain value, without where it comes from. */
export function toPlain(tree: Tree): unknown {
  if (tree.kind === 'leaf') return tree.value;
  return Object.fromEntries([...tree.entries].map(([key, part]) => [key, toPlain(part)]));
}

/** What stands at a place, or undefined. */
export function lookUp(tree: Tree, path: Path): Tree | undefined {
  let at: Tree | undefined = tree;
  for (const name of path) {
    if (at?.kind !== 'branch') return undefined;
    at = at.entries.get(name);
  }
  return at;
}

/** Puts a tree at a place, making the groups on the way; what stood there, or was no group, is replaced. */
export function put(root: Branch, path: Path, tree: Tree): void {
  let at = root;
  for (const name of path.slice(0, -1)) {
    let next = at.entries.get(name);
    if (next?.kind !== 'branch') {
      next = branch(tree.origin);
      at.entries.set(name, next);
    }
    at = next;
  }
  at.entries.set(path.at(-1)!, tree);
}

export function remove(root: Branch, path: Path): void {
  const parent = lookUp(root, path.slice(0, -1));
  if (parent?.kind === 'branch') parent.entries.delete(path.at(-1)!);
}

/** Lays one group over another: groups are united, everything else is replaced. */
export function merge(under: Branch, over: Branch): Branch {
  const united = branch(over.origin, under.entries);
  for (const [key, tree] of over.entries) {
    const below = united.entries.get(key);
    const both = below?.kind === 'branch' && tree.kind === 'branch';
    united.entries.set(key, both ? merge(below, tree) : tree);
  }
  return united;
}

/** An origin in words: `conf/config.yaml:3`, `PLUME_BUFFER_SIZE`, `command line: record=hdf5`. */
export function describeOrigin(origin: Origin): string {
  switch (origin.from) {
    case 'file':
      return `${origin.file}:${origin.line}`;
    case 'environment':
      return `environment: ${origin.name}`;
    case 'command line':
      return `command line: ${origin.text}`;
    case 'code':
      return origin.key === undefined ? 'code' : `code: ${origin.key}`;
    default:
      return origin.from;
  }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
