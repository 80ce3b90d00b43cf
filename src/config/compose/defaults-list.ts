import { type DefaultsEntry, readEntry } from './defaults-entry.ts';
import { didYouMean, refusal } from './refuse.ts';
import { type Branch, branch, merge, type Origin, type Path, put } from './tree.ts';
import { parseYaml, type YamlFile } from './yaml-file.ts';

/** Where configuration files come from. */
export interface ConfigFiles {
  /** The file of a configuration such as `config` or `record/parquet`, or null where there is none. */
  read(name: string): { readonly file: string; readonly text: string } | null;
  /** Names of the configurations of a group; none where there is no such group. */
  options(group: string): string[];
}

/** Which file of a group was asked for, beside the files; none for null. */
export interface Choice {
  readonly option: string | null;
  readonly origin: Origin;
}

/** A group that is added to the main file's defaults list. */
export interface Addition extends Choice {
  readonly group: string;
}

/**
 * Composes a configuration from files, by their defaults lists, as Hydra does: a file's list is worked through in
 * order, later entries over earlier ones, the file itself where `_self_` stands, or last. A group's values go under the
 * group's name, unless `group@package` or a `# @package` line says otherwise.
 */
export class DefaultsLists {
  readonly #files: ConfigFiles;
  readonly #choices: Map<string, Choice>;
  readonly #additions: readonly Addition[];
  /** Groups that are in some defaults list. */
  readonly groups: Set<string> = new Set<string>();
  #open: string[] = [];

  /** @param choices by group; each must be in a defaults list */
  constructor(files: ConfigFiles, choices: ReadonlyMap<string, Choice>, additions: readonly Addition[]) {
    this.#files = files;
    this.#choices = new Map(choices);
    this.#additions = additions;
  }

  /** @throws `InvalidConfig` for files that are missing or wrong, with file and line */
  compose(configName: string): Branch {
    const origin: Origin = { from: 'code' };
    const main = this.#load(configName, origin);
    if (main === null) {
      const known = this.#files.options('');
      throw refusal(
        'config name',
        configName,
        `there is no such file; ${didYouMean(configName, known)}there are ${known.join(', ')}`,
        origin,
      );
    }
    this.#collectOverrides(main, '');
    const added: DefaultsEntry[] = this.#additions.map(({ group, option, origin: place }) => ({
      kind: 'group',
      group,
      packageName: null,
      options: option === null ? [] : [option],
      optional: false,
      isOverride: false,
      origin: place,
    }));
    const tree = this.#compose(main, configName, [], added);
    for (const [group, { option, origin: place }] of this.#choices) {
      if (this.groups.has(group)) continue;
      throw refusal(
        group,
        option,
        `no defaults list has this group; ${didYouMean(group, this.groups)}+${group}=${option} adds it`,
        place,
      );
    }
    return tree;
  }

  #compose(source: YamlFile, name: string, at: Path, added: readonly DefaultsEntry[] = []): Branch {
    if (this.#open.includes(name)) {
      const circle = [...this.#open, name].join(' -> ');
      throw refusal('defaults', undefined, `the lists go in a circle: ${circle}`, source.tree.origin);
    }
    this.#open.push(name);
    let tree = branch(source.tree.origin);
    const folder = name.split('/').slice(0, -1).join('/');
    const entries = entriesOf(source);
    // Without _self_ the file's own values go over those of its list.
    const self: DefaultsEntry[] = entries.some(({ kind }) => kind === 'self') ? [] : [{ kind: 'self' }];
    for (const entry of [...entries, ...self, ...added]) {
      if (entry.kind === 'self') tree = merge(tree, placed(source.tree, at));
      else if (entry.kind === 'config') {
        const found = this.#find(absolute(folder, entry.name), entry);
        if (found !== null) tree = merge(tree, this.#compose(found.source, found.name, at));
      } else if (!entry.isOverride) tree = merge(tree, this.#composeGroup(entry, folder, at));
    }
    this.#open.pop();
    return tree;
  }

  #composeGroup(entry: DefaultsEntry & { kind: 'group' }, folder: string, at: Path): Branch {
    const group = absolute(folder, entry.group);
    this.groups.add(group);
    const choice = this.#choices.get(group);
    const options = choice === undefined ? entry.options : choice.option === null ? [] : [choice.option];
    let tree = branch(entry.origin);
    for (const option of options) {
      const place = { origin: choice?.origin ?? entry.origin, optional: entry.optional };
      const found = this.#find(`${group}/${option}`, place);
      if (found === null) continue;
      const target = packageOf(found.source.packageName ?? entry.packageName, group, entry.group, at);
      tree = merge(tree, this.#compose(found.source, found.name, target));
    }
    return tree;
  }

  /** Notes choices that files make for groups of other lists; those from outside win. */
  #collectOverrides(source: YamlFile, folder: string): void {
    for (const entry of entriesOf(source)) {
      if (entry.kind !== 'group') continue;
      const group = absolute(folder, entry.group);
      if (entry.isOverride) {
        if (!this.#choices.has(group)) {
          this.#choices.set(group, { option: entry.options[0] ?? null, origin: entry.origin });
        }
        continue;
      }
      const choice = this.#choices.get(group);
      const options = choice === undefined ? entry.options : choice.option === null ? [] : [choice.option];
      for (const option of options) {
        const below = this.#load(`${group}/${option}`, entry.origin);
        if (below !== null && below !== source) this.#collectOverrides(below, group);
      }
    }
  }

  #find(
    name: string,
    { origin, optional }: { origin: Origin; optional: boolean },
  ): { source: YamlFile; name: string } | null {
    const source = this.#load(name, origin);
    if (source !== null) return { source, name };
    if (optional) return null;
    const [group, option] = [name.split('/').slice(0, -1).join('/'), name.split('/').at(-1)!];
    const known = this.#files.options(group);
    const there = known.length === 0 ? 'there is no such group' : `there are ${known.join(', ')}`;
    throw refusal(
      group === '' ? 'defaults' : group,
      option,
      `there is no ${name}.yaml; ${didYouMean(option, known)}${there}`,
      origin,
    );
  }

  #load(name: string, origin: Origin): YamlFile | null {
    if (!/^[\w][\w.-]*(\/[\w][\w.-]*)*$/.test(name)) {
      throw refusal('a configuration', name, 'takes a name of letters, digits, dashes and slashes', origin);
    }
    const found = this.#files.read(name);
    return found === null ? null : parseYaml(found.text, found.file);
  }
}

function entriesOf({ defaults }: YamlFile): DefaultsEntry[] {
  return (defaults ?? []).map(({ value, origin }) => readEntry(value, origin));
}

/** Names in a list are relative to the list's own group, unless they start with a slash. */
function absolute(folder: string, name: string): string {
  if (name.startsWith('/')) return name.slice(1);
  return folder === '' ? name : `${folder}/${name}`;
}

function packageOf(said: string | null, group: string, relative: string, at: Path): Path {
  if (said === null) return relative.startsWith('/') ? group.split('/') : [...at, ...relative.split('/')];
  if (said === '_global_') return [];
  if (said === '_here_') return at;
  return said === '_group_' ? group.split('/') : [...at, ...said.split('.')];
}

function placed(tree: Branch, at: Path): Branch {
  if (at.length === 0) return tree;
  const root = branch(tree.origin);
  put(root, at, tree);
  return root;
}
