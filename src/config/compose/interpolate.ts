import { nearest, refusal } from './refuse.ts';
import { type Branch, branch, type Leaf, lookUp, type Path, type Tree, toPlain } from './tree.ts';
import { exactValue, yamlDocument } from './yaml-values.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Replaces every `${...}` by what it stands for: `${a.b}` another value, `${.b}` one beside it, `${..b}` one of the group
 * above, `${oc.env:NAME}` or `${oc.env:NAME,default}` an environment variable, `${oc.decode:TEXT}` a text as YAML. `\${`
 * is a text. A value of `???` must be given elsewhere.
 *
 * @throws `InvalidConfig` for what is not there, circles, and values that are missing
 */
export function interpolate(root: Branch, environment: Environment): Branch {
  return new Interpolation(root, environment).tree(root, []) as Branch;
}

class Interpolation {
  readonly #root: Branch;
  readonly #environment: Environment;
  readonly #open: string[] = [];

  constructor(root: Branch, environment: Environment) {
    this.#root = root;
    this.#environment = environment;
  }

  tree(tree: Tree, path: Path): Tree {
    if (tree.kind === 'leaf') return this.#leaf(tree, path);
    const entries = [...tree.entries].map(([key, part]): [string, Tree] => [
      key,
      this.tree(part, [...path, key]),
    ]);
    return branch(tree.origin, entries);
  }

  #leaf(leaf: Leaf, path: Path): Tree {
    const { value, origin } = leaf;
    const key = path.join('.');
    if (value === '???') throw refusal(key, value, `must be given: ${key}=VALUE`, origin);
    if (Array.isArray(value)) return { ...leaf, value: value.map((part) => this.#part(part, leaf, path)) };
    if (typeof value !== 'string' || !value.includes('${')) return leaf;
    if (this.#open.includes(key)) {
      throw refusal(key, value, `stands for itself: ${[...this.#open, key].join(' -> ')}`, origin);
    }
    this.#open.push(key);
    const whole = wholeExpression(value);
    const result =
      whole === null
        ? { ...leaf, value: this.#text(value, leaf, path) }
        : this.#expression(whole, leaf, path);
    this.#open.pop();
    return result;
  }

  /** An element of a list, or a part of one. */
  #part(part: unknown, list: Leaf, path: Path): unknown {
    if (Array.isArray(part)) return part.map((inner) => this.#part(inner, list, path));
    if (typeof part === 'object' && part !== null) {
      return Object.fromEntries(
        Object.entries(part).map(([key, inner]) => [key, this.#part(inner, list, path)]),
      );
    }
    return typeof part === 'string' ? toPlain(this.#leaf({ ...list, value: part }, path)) : part;
  }

  /** Text with expressions in it. */
  #text(text: string, leaf: Leaf, path: Path): string {
    let result = '';
    for (let i = 0; i < text.length; ) {
      if (text.startsWith('\\${', i)) {
        result += '${';
        i += 3;
      } else if (text.startsWith('${', i)) {
        const end = closing(text, i);
        if (end < 0)
          throw refusal(path.join('.'), text, 'has a brace that is opened and not closed', leaf.origin);
        const value = toPlain(this.#expression(text.slice(i + 2, end), leaf, path));
        if (typeof value === 'object' && value !== null) {
          throw refusal(path.join('.'), text, 'puts a group or list into a text', leaf.origin);
        }
        result += String(value);
        i = end + 1;
      } else result += text[i++];
    }
    return result;
  }

  #expression(written: string, leaf: Leaf, path: Path): Tree {
    const expression = this.#text(written, leaf, path).trim();
    const call = expression.match(/^([\w.]+):(.*)$/s);
    if (call === null) return this.#reference(expression, leaf, path);
    const [, name, argument = ''] = call;
    if (name === 'oc.env') return this.#variable(argument, leaf, path);
    if (name === 'oc.decode') return { ...leaf, value: decode(argument.trim()) };
    const why = `there is no \${${name}:...}; there are \${oc.env:NAME,default} and \${oc.decode:text}`;
    throw refusal(path.join('.'), leaf.value, why, leaf.origin);
  }

  #variable(argument: string, leaf: Leaf, path: Path): Leaf {
    const comma = argument.indexOf(',');
    const name = (comma < 0 ? argument : argument.slice(0, comma)).trim();
    const value = this.#environment[name];
    if (value !== undefined)
      return { kind: 'leaf', value, origin: { from: 'environment', name }, decoded: decode(value) };
    if (comma < 0) {
      const why = `the environment has no ${name}: set it, or give a default, \${oc.env:${name},default}`;
      throw refusal(path.join('.'), leaf.value, why, leaf.origin);
    }
    const byDefault = argument.slice(comma + 1).trim();
    const text = unquoted(byDefault);
    return { ...leaf, value: byDefault === 'null' ? null : text, decoded: decode(text) };
  }

  #reference(expression: string, leaf: Leaf, path: Path): Tree {
    const dots = expression.match(/^\.*/)![0].length;
    const names = expression.slice(dots).split('.');
    // One dot is the group that the value stands in.
    const target = dots === 0 ? names : [...path.slice(0, Math.max(0, path.length - dots)), ...names];
    const found = expression === '' ? undefined : lookUp(this.#root, target);
    if (found === undefined) {
      const group = lookUp(this.#root, target.slice(0, -1));
      const near = group?.kind === 'branch' ? nearest(target.at(-1)!, group.entries.keys()) : null;
      const hint = near === null ? '' : `; did you mean ${[...target.slice(0, -1), near].join('.')}?`;
      throw refusal(path.join('.'), leaf.value, `there is no ${target.join('.')}${hint}`, leaf.origin);
    }
    const inItself = target.every((name, i) => path[i] === name);
    if (inItself) throw refusal(path.join('.'), leaf.value, 'stands for a group that it is in', leaf.origin);
    const value = this.tree(found, target);
    return value.kind === 'leaf'
      ? { ...value, origin: 'decoded' in value ? value.origin : leaf.origin }
      : value;
  }
}

/** The text of the one expression that a value is, or null where it is more, or none. */
function wholeExpression(text: string): string | null {
  return text.startsWith('${') && closing(text, 0) === text.length - 1 ? text.slice(2, -1) : null;
}

/** Where the brace that is opened at a `${` is closed, -1 where it is not. */
function closing(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    if (text.startsWith('${', i)) depth++;
    else if (text[i] === '}' && --depth === 0) return i;
  }
  return -1;
}

/** What a text is as YAML; the text itself where it is none. */
export function decode(text: string): unknown {
  const document = yamlDocument(text);
  return document.errors.length > 0 ? text : exactValue(document.toJS());
}

function unquoted(text: string): string {
  return /^(['"]).*\1$/.test(text) ? text.slice(1, -1) : text;
}
