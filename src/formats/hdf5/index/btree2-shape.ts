/** Bytes of every node. What the library takes for groups and attributes. */
export const NODE_SIZE = 512;

/** Signature, version, type and checksum of a node. */
const OVERHEAD = 10;

/** Levels that are worked out: enough for more records than a file can hold. */
const LEVELS = 12;

/** What fits into the nodes of a level; leaves are level 0. */
export interface LevelShape {
  /** Most records of a node. */
  readonly capacity: number;
  /** Most records of a node and all nodes below. */
  readonly total: number;
}

/** Source: HDF5 File Format Specification Version 3.0, III.A.2, "Number of Records in Child Node" and following. */
export function levelShapes(recordSize: number): LevelShape[] {
  const leaf = Math.floor((NODE_SIZE - OVERHEAD) / recordSize);
  const shapes: LevelShape[] = [{ capacity: leaf, total: leaf }];
  for (let level = 1; level < LEVELS; level++) {
    const { count, total } = pointerSizes(shapes, level);
    const pointer = 8 + count + total;
    const capacity = Math.floor((NODE_SIZE - OVERHEAD - pointer) / (recordSize + pointer));
    shapes.push({ capacity, total: (capacity + 1) * shapes[level - 1]!.total + capacity });
  }
  return shapes;
}

/** Bytes of the counts beside the address of a child, in the nodes of a level. */
export function pointerSizes(shapes: readonly LevelShape[], level: number): { count: number; total: number } {
  if (level === 0) return { count: 0, total: 0 };
  return {
    count: bytesFor(shapes[0]!.capacity),
    total: level > 1 ? bytesFor(shapes[level - 1]!.total) : 0,
  };
}

/** Least number of bytes that a value fits into. */
function bytesFor(value: number): number {
  return Math.max(1, Math.ceil(Math.log2(value + 1) / 8));
}
