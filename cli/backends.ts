import { RecorderFactory } from '../src/index.ts';
import { print } from './output.ts';
import { clean } from './text/format.ts';
import { textTable } from './text/table.ts';

/** `simtape backends`: what recordings can be stored with here, and why something cannot. */
export async function backends({ json = false }: { json?: boolean }): Promise<number> {
  const statuses = await RecorderFactory.availableBackends();
  if (json) print(JSON.stringify({ backends: statuses }));
  else {
    const rows = statuses.map(({ name, available, reason = '' }) => [
      name,
      available ? 'yes' : 'no',
      clean(reason),
    ]);
    print(textTable([{ title: 'backend' }, { title: 'available' }, { title: 'why not' }], rows));
  }
  return 0;
}
