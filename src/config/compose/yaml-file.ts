import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node } from 'yaml';
import { refusal } from './refuse.ts';
import { type Branch, branch, leaf, type Origin, type Tree } from './tree.ts';
import { exactValue, yamlDocument } from './yaml-values.ts';

/** A configuration file, read. */
export interface YamlFile {
  readonly file: string;
  /** Its values, without the defaults list. */
  readonly tree: Branch;
  /** Its defaults list, as it stands there. */
  readonly defaults: readonly { readonly value: unknown; readonly origin: Origin }[] | null;
  /** What its `# @package` line says, or null. */
  readonly packageName: string | null;
}

/** Groups in groups: an anchor that stands in itself would never end. */
const MAX_DEPTH = 64;

/** Reads YAML 1.2 (core schema), keeping the line of every value. */
export function parseYaml(text: string, file: string): YamlFile {
  const lines = new LineCounter();
  const document = yamlDocument(text, { lineCounter: lines });
  const at = (offset: number): Origin => ({ from: 'file', file, line: lines.linePos(offset).line });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    throw refusal('the file', undefined, `is no YAML: ${problem.message}`, at(problem.pos[0]));
  }

  const treeOf = (node: unknown, origin: Origin, depth = 0): Tree => {
    if (depth > MAX_DEPTH)
      throw refusal('a group', undefined, `has more than ${MAX_DEPTH} groups around it`, origin);
    const target = isAlias(node) ? node.resolve(document) : node;
    if (isMap(target)) {
      const entries = target.items.map(({ key, value }): [string, Tree] => {
        const place = isScalar(key) ? at(key.range![0]) : origin;
        if (isScalar(key) && typeof key.value !== 'object')
          return [String(key.value), treeOf(value, place, depth + 1)];
        throw refusal('a key', isScalar(key) ? key.value : undefined, 'takes a name', place);
      });
      return branch(origin, entries);
    }
    return leaf(isScalar(target) || isSeq(target) ? exactValue(target.toJS(document)) : null, origin);
  };

  const top = at(0);
  const root = document.contents;
  const tree = root === null ? branch(top) : treeOf(root, top);
  if (tree.kind === 'leaf') {
    if (tree.value === null) return { file, tree: branch(top), defaults: null, packageName: null };
    throw refusal('the file', tree.value, 'takes keys and values', top);
  }
  const list = isMap(root) ? root.get('defaults') : undefined;
  tree.entries.delete('defaults');
  if (list !== undefined && !isSeq(list)) {
    throw refusal('defaults', undefined, 'takes a list, such as [record: parquet, _self_]', top);
  }
  const defaults = list?.items.map((item) => {
    const node = item as Node;
    return { value: exactValue(node.toJS(document)), origin: at(node.range![0]) };
  });
  return {
    file,
    tree,
    defaults: defaults ?? null,
    packageName: text.match(/^\s*#\s*@package[ \t]+(\S+)/)?.[1] ?? null,
  };
}
