import { type VerifyReport, verify as verifyRecording } from '../src/read/index.ts';
import { invocation } from './invocation.ts';
import { print } from './output.ts';
import { describe } from './problems.ts';
import { namedRecordings } from './recordings/named.ts';
import { clean, counted, nearPath, shellWord, shownPath } from './text/format.ts';
import { dim, green, red } from './text/style.ts';
import { indent } from './text/table.ts';

/** A recording that was verified, or one that cannot even be looked at. */
type Verified = VerifyReport | { readonly path: string; readonly ok: false; readonly problem: string };

/** `simtape verify`: whether recordings are whole. 1 where one is not. */
export async function verify(
  paths: readonly string[],
  { json = false }: { json?: boolean },
): Promise<number> {
  const verified: Verified[] = [];
  for (const path of namedRecordings(paths)) {
    const one = await look(path);
    verified.push(one);
    if (!json) print(`${verified.length > 1 ? '\n' : ''}${asText(one)}`);
  }
  const ok = verified.every((one) => one.ok);
  if (json) print(JSON.stringify({ ok, recordings: verified }));
  return ok ? 0 : 1;
}

async function look(path: string): Promise<Verified> {
  try {
    return await verifyRecording(path);
  } catch (error) {
    return { path, ok: false, problem: describe(error) };
  }
}

function asText(verified: Verified): string {
  const path = shownPath(verified.path);
  if ('problem' in verified) return `${path}  ${red('cannot be read')}\n${indent(clean(verified.problem))}`;
  const { checks, format, state, ok } = verified;
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.map(({ name, ok, extent, problems, problemCount }) => {
    const line = `${name.padEnd(width)}  ${ok ? green('ok') : red('not ok')}  ${dim(extent)}`.trimEnd();
    const more = problemCount - problems.length;
    const rest = more > 0 ? [`and ${counted(more, 'more problem')}`] : [];
    return [line, ...[...problems, ...rest].map((problem) => indent(clean(problem)))].join('\n');
  });
  const head = `${path}  ${format}, ${state}: ${ok ? green('all is well') : red('something is wrong')}`;
  const advice =
    state === 'crashed' && format !== 'sqlite'
      ? [`finish it with: ${invocation()} recover ${shellWord(nearPath(verified.path))}`]
      : [];
  return [head, indent([...lines, ...advice].join('\n'))].join('\n');
}
