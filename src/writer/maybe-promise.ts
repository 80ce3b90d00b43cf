import type { MaybePromise } from '../backends/backend.ts';

/**
 * Goes on with a value now, or when its promise settles: one piece of code for backends that are synchronous, which a
 * synchronous flush needs, and for those that are not. A function is called and its throw handled like a rejection.
 */
export function andThen<T, R>(
  value: MaybePromise<T> | (() => MaybePromise<T>),
  next: (value: T) => MaybePromise<R>,
  failed?: (error: unknown) => MaybePromise<R>,
): MaybePromise<R> {
  let settled: MaybePromise<T>;
  try {
    settled = typeof value === 'function' ? (value as () => MaybePromise<T>)() : value;
  } catch (error) {
    if (failed === undefined) throw error;
    return failed(error);
  }
  return settled instanceof Promise ? settled.then(next, failed) : next(settled);
}
