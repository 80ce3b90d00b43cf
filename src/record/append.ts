import { generateAppend } from './append-generated.ts';
import { loopAppend } from './append-loop.ts';
import type { Append, AppendPlan } from './append-plan.ts';

let allowed: boolean | undefined;

function mayGenerate(): boolean {
  if (allowed === undefined) {
    try {
      new Function('');
      allowed = true;
    } catch {
      allowed = false;
    }
  }
  return allowed;
}

/** The generated append, or the plain loop where the host forbids code generation. Both check the same. */
export function makeAppend(plan: AppendPlan, generate: boolean = mayGenerate()): Append {
  return generate ? generateAppend(plan) : loopAppend(plan);
}
