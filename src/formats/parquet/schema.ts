import { CONVERTED, type ConvertedType, PHYSICAL, REPETITION } from './codes.ts';
import type { Leaf, ScalarKind } from './leaf.ts';
import type { ThriftWriter } from './thrift.ts';

/** Members of `union LogicalType`. */
const STRING = 1;
const LIST = 3;
const TIMESTAMP = 8;
const INTEGER = 10;
const JSON_TYPE = 12;

/** Bit width and signedness of INTEGER. */
const INTEGERS: Partial<Record<ScalarKind, readonly [number, boolean]>> = {
  i8: [8, true],
  i16: [16, true],
  i32: [32, true],
  i64: [64, true],
  u8: [8, false],
  u16: [16, false],
  u32: [32, false],
  u64: [64, false],
  ref: [64, true],
};

/** One `SchemaElement`. */
interface Element {
  readonly name: string;
  readonly repetition?: keyof typeof REPETITION;
  readonly children?: number;
  /** The kind of a leaf. */
  readonly leaf?: Leaf;
  readonly list?: boolean;
}

/**
 * The schema in depth-first order, the root first. Lists have the three levels that LogicalTypes.md, "Lists", asks
 * for; their elements are never null.
 */
export function schemaElements(leaves: readonly Leaf[]): Element[] {
  const elements: Element[] = [{ name: 'schema', children: leaves.length }];
  for (const leaf of leaves) {
    const repetition = leaf.nullable ? 'OPTIONAL' : 'REQUIRED';
    if (leaf.list) {
      elements.push({ name: leaf.name, repetition, children: 1, list: true });
      elements.push({ name: 'list', repetition: 'REPEATED', children: 1 });
      elements.push({ name: 'element', repetition: 'REQUIRED', leaf });
    } else {
      elements.push({ name: leaf.name, repetition, leaf });
    }
  }
  return elements;
}

/** Writes one `SchemaElement`. Source: `parquet.thrift`, `SchemaElement`, `ConvertedType`, `LogicalType`. */
export function writeSchemaElement(out: ThriftWriter, element: Element): void {
  const { leaf } = element;
  if (leaf !== undefined) out.i32(1, PHYSICAL[leaf.physical]);
  if (element.repetition !== undefined) out.i32(3, REPETITION[element.repetition]);
  out.string(4, element.name);
  if (element.children !== undefined) out.i32(5, element.children);
  const converted = element.list ? 'LIST' : leaf && convertedOf(leaf.kind);
  if (converted !== undefined) out.i32(6, CONVERTED[converted]);
  if (element.list) out.struct(10, () => out.struct(LIST));
  else if (leaf !== undefined) writeLogicalType(out, leaf.kind);
}

/** The older annotation, where one says the same: nanoseconds have none. */
function convertedOf(kind: ScalarKind): ConvertedType | undefined {
  if (kind === 'utf8' || kind === 'enum') return 'UTF8';
  if (kind === 'json') return 'JSON';
  const integer = INTEGERS[kind];
  return integer && (`${integer[1] ? 'INT' : 'UINT'}_${integer[0]}` as ConvertedType);
}

function writeLogicalType(out: ThriftWriter, kind: ScalarKind): void {
  const integer = INTEGERS[kind];
  if (integer !== undefined) {
    out.struct(10, () =>
      out.struct(INTEGER, () => {
        out.i8(1, integer[0]);
        out.bool(2, integer[1]);
      }),
    );
  } else if (kind === 'utf8' || kind === 'enum') {
    // STRING rather than ENUM: pandas and DuckDB show an ENUM as bytes.
    out.struct(10, () => out.struct(STRING));
  } else if (kind === 'json') {
    out.struct(10, () => out.struct(JSON_TYPE));
  } else if (kind === 'timestamp') {
    out.struct(10, () =>
      out.struct(TIMESTAMP, () => {
        out.bool(1, true);
        out.struct(2, () => out.struct(3));
      }),
    );
  }
}
