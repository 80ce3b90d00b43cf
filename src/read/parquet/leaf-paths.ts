import type { FileMetaData, SchemaElement } from 'hyparquet';

/**
 * Refuses a footer whose row groups have other columns than its schema. hyparquet reads such a column all the same, and
 * nobody waits for what comes of it: where that fails too, the rejection would end the process.
 */
export function checkLeafPaths({ schema, row_groups: groups }: FileMetaData): void {
  const paths = leafPaths(schema);
  for (const [g, { columns }] of groups.entries()) {
    const found = columns.map(({ meta_data }) => meta_data?.path_in_schema.join('.'));
    if (found.length === paths.length && found.every((path, i) => path === paths[i])) continue;
    throw new Error(`row group ${g + 1} has other columns than the schema`);
  }
}

/** Paths of the leaves, in the order of the schema, which is depth-first. */
function leafPaths(schema: readonly SchemaElement[]): string[] {
  const paths: string[] = [];
  let at = 0;
  const visit = (above: readonly string[]): void => {
    const element = schema[at++];
    if (element === undefined) throw new Error('the schema ends too soon');
    // The root's name is not part of any path.
    const path = at === 1 ? [] : [...above, element.name];
    const children = element.num_children ?? 0;
    if (children === 0) paths.push(path.join('.'));
    for (let child = 0; child < children; child++) visit(path);
  };
  visit([]);
  if (at < schema.length) throw new Error('the schema goes on behind its end');
  return paths;
}
