import { SimtapeError, show } from '../../errors.ts';
import type { FileObject } from './file-object.ts';
import type { FileParts } from './file-parts.ts';
import { type Child, Group } from './group.ts';
import { isName, LONGEST_NAME } from './messages/link.ts';
import { readObjectHeader } from './reading/object-header.ts';
import { isGroup, readGroup } from './reading/objects.ts';
import type { Hdf5Source } from './sink.ts';
import { StoredObject } from './stored-object.ts';

/** The groups and datasets of a file by their paths. Those that only the file holds are read when asked for. */
export class ObjectTree {
  readonly root: Group;
  readonly #parts: FileParts;
  /** Objects that were finished. */
  readonly #finished = new WeakSet<Child>();
  /** Those of them that were read again, for their attributes. */
  #reread: Child[] = [];

  /** @param continued the file to go on with, and its root group's address */
  constructor(parts: FileParts, continued: { source: Hdf5Source; root: number } | null) {
    this.#parts = parts;
    this.root =
      continued === null
        ? new Group('', null, parts)
        : readGroup(continued.source, '', null, parts, readObjectHeader(continued.source, continued.root));
  }

  has(path: string): boolean {
    const names = namesOf(path);
    const name = names.pop();
    if (name === undefined) return true;
    let group = this.root;
    for (const step of names) {
      const child = group.children.get(step);
      if (child === undefined) return false;
      const object = this.#load(group, child, path);
      if (!(object instanceof Group)) return false;
      group = object;
    }
    return group.children.has(name);
  }

  /** @throws `NotFound`, or `InvalidConfig` where it is finished and cannot be read back. */
  find(path: string): FileObject {
    let object: FileObject = this.root;
    for (const name of namesOf(path)) {
      const child: Child | undefined = object instanceof Group ? object.children.get(name) : undefined;
      if (child === undefined)
        throw new SimtapeError('NotFound', `there is no ${path}: ${name} is missing`, { name: path });
      object = this.#load(object as Group, child, path);
    }
    return object;
  }

  /** The group that a new object goes into, and the object's name in it. @throws `InvalidConfig` */
  placeFor(path: string, intermediate: boolean): { group: Group; name: string } {
    const names = namesOf(path);
    const name = names.pop();
    if (name === undefined) return invalidPath(path, 'the root is there already');
    let group = this.root;
    for (const step of names) {
      let child = group.children.get(step);
      if (child === undefined) {
        if (!intermediate) invalidPath(path, `there is no group ${step}, and intermediateGroups is off`);
        const made = new Group(`${group.path}/${step}`, group, this.#parts);
        child = group.add(step, made);
      }
      const object = this.#load(group, child, path);
      if (this.#finished.has(child)) this.#refuseFinished(path, group, child);
      group =
        object instanceof Group ? object : invalidPath(path, `${object.path} is a dataset, not a group`);
    }
    if (group.children.has(name)) invalidPath(path, 'there is such an object already');
    return { group, name };
  }

  /** The group of an object that is not finished, and the object's link in it. @throws `NotFound`, `InvalidConfig` */
  openLinkOf(path: string): { group: Group; child: Child } {
    const link = this.#linkOf(path);
    if (this.#finished.has(link.child)) this.#refuseFinished(path, link.group, link.child);
    return link;
  }

  /** The group of an object, and the object's link in it. @throws `NotFound` */
  #linkOf(path: string): { group: Group; child: Child } {
    const at = path.lastIndexOf('/');
    const group = this.find(at <= 0 ? '/' : path.slice(0, at));
    const child = group instanceof Group ? group.children.get(path.slice(at + 1)) : undefined;
    if (child === undefined) throw new SimtapeError('NotFound', `there is no ${path}`, { name: path });
    return { group: group as Group, child };
  }

  /** Writes an object and all below for good, and frees their memory. */
  finish(path: string): void {
    if (namesOf(path).length === 0) invalidPath(path, 'the root is finished by close');
    const { group, child } = this.#linkOf(path);
    group.release(child);
    this.#finished.add(child);
  }

  /** Writes an object and all below, and forgets it until it is asked for again. Its datasets do not grow any more. */
  store(path: string): void {
    const { group, child } = this.openLinkOf(path);
    group.release(child);
  }

  /** Forgets an object that is as it stands in the file, until it is asked for again. */
  unload(path: string): void {
    const { child } = this.openLinkOf(path);
    if (child.object !== null && !child.object.isChanged) child.object = null;
  }

  /** All that changed stands in the file: finished objects that were read again are forgotten again. */
  checkpointed(): void {
    for (const child of this.#reread) child.object = null;
    this.#reread = [];
  }

  #load(group: Group, child: Child, path: string): FileObject {
    if (child.object !== null) return child.object;
    const place = `${group.path}/${child.name}`;
    const { source } = this.#parts;
    if (source === null) return this.#refuseFinished(path, group, child);
    const header = readObjectHeader(source, child.address);
    child.object = isGroup(header)
      ? readGroup(source, place, group, this.#parts, header)
      : new StoredObject(place, group, this.#parts, header);
    if (this.#finished.has(child)) this.#reread.push(child);
    return child.object;
  }

  #refuseFinished(path: string, group: Group, { name }: Child): never {
    return invalidPath(path, `${group.path}/${name} is finished and cannot be changed`);
  }
}

/** The names of a path. @throws `InvalidConfig` */
function namesOf(path: string): string[] {
  if (path === '/') return [];
  if (typeof path !== 'string' || !path.startsWith('/')) invalidPath(path, 'paths begin with /');
  const names = path.slice(1).split('/');
  if (names.some((name) => name === '.' || !isName(name))) {
    invalidPath(path, `a name in it is empty, a dot, longer than ${LONGEST_NAME}, or has U+0000`);
  }
  return names;
}

function invalidPath(path: string, why: string): never {
  throw new SimtapeError('InvalidConfig', `the path ${show(path)} cannot be: ${why}`, {
    key: 'path',
    value: path,
  });
}
