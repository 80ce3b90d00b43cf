import { SimtapeError, show } from '../../errors.ts';

/**
 * Where a template such as `{base_directory}/runs/{run_id}/episodes` puts a run: its folder is the part up to and
 * with `{run_id}`, and the rest, which may be empty, is the folder of the episodes' files in it.
 * @throws `InvalidConfig`
 */
export function placeRun(
  template: string,
  base: string,
  runId: string,
): { folder: string; episodesFolder: string } {
  const problem = templateProblem(template);
  if (problem !== null) {
    throw new SimtapeError('InvalidConfig', `directoryTemplate = ${show(template)}: ${problem}`, {
      key: 'directoryTemplate',
      value: template,
    });
  }
  const segments = template.split('/').filter((segment, i) => segment !== '' || i === 0);
  const last = segments.findIndex((segment) => segment.includes('{run_id}'));
  const fill = (part: readonly string[]) =>
    part
      .map((segment) => segment.replaceAll('{base_directory}', base).replaceAll('{run_id}', runId))
      .join('/');
  return { folder: fill(segments.slice(0, last + 1)), episodesFolder: fill(segments.slice(last + 1)) };
}

/** What is wrong with a directory template, or null. */
export function templateProblem(template: string): string | null {
  const rest = template.replaceAll('{base_directory}', '').replaceAll('{run_id}', '');
  if (/[{}]/.test(rest)) return 'takes {base_directory} and {run_id}';
  const segments = template.split('/');
  const first = segments.findIndex((segment) => segment.includes('{run_id}'));
  if (first < 0) return 'must have {run_id} in it, so that every run has a folder';
  const inner = segments.slice(first + 1);
  if (inner.some((segment) => segment.startsWith('.') || segment === 'journal')) {
    return 'must not go up, or into a folder that is hidden or is called journal, behind {run_id}';
  }
  return null;
}
