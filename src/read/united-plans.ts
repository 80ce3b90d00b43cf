import type { StoredColumn, TablePlan } from '../schema/plan.ts';

/** One plan a table, with the columns of all that are given, in the order in which they came. */
export function unitedPlans(plans: readonly TablePlan[]): TablePlan[] {
  const united = new Map<string, TablePlan>();
  for (const plan of new Set(plans)) {
    const known = united.get(plan.name);
    if (known === undefined) {
      united.set(plan.name, plan);
      continue;
    }
    const names = new Set(known.columns.map(({ name }) => name));
    const later: StoredColumn[] = plan.columns.filter(({ name }) => !names.has(name));
    if (later.length > 0) united.set(plan.name, { ...known, columns: [...known.columns, ...later] });
  }
  return [...united.values()];
}
