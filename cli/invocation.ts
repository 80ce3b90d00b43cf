import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearPath, shellWord } from './text/format.ts';

/** The folder in which the user typed the command, which npm leaves for the package's own. */
export function userFolder(env: NodeJS.ProcessEnv = process.env): string {
  const script = env.npm_lifecycle_event !== undefined && env.npm_lifecycle_event !== 'npx';
  return (script ? env.INIT_CWD : undefined) ?? process.cwd();
}

/** How to call simtape again in the way it was called: installed, through npx, or from a clone. */
export function invocation(env: NodeJS.ProcessEnv = process.env): string {
  if (import.meta.url.endsWith('.ts')) {
    // In a clone, scripts/run.mjs finds the right Node whichever is installed.
    const folder = dirname(fileURLToPath(import.meta.url));
    const words = [join(folder, '..', 'scripts', 'run.mjs'), join(folder, 'main.ts')];
    return ['node', ...words.map((word) => shellWord(nearPath(word, userFolder(env))))].join(' ');
  }
  const script = process.argv[1] ?? '';
  if (script.endsWith('simtape.js') && !script.includes('node_modules')) {
    return `node ${shellWord(nearPath(script, userFolder(env)))}`;
  }
  return env.npm_lifecycle_event === undefined && env.npm_command === undefined ? 'simtape' : 'npx simtape';
}
