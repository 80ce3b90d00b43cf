/** How far the monotonic clock may run away from the system's before it is set again, in milliseconds. */
const TOLERANCE_MS = 20;
const CALLS_BETWEEN_CHECKS = 1024;

let offset = Date.now() - performance.now();
let calls = 0;

/** Seconds since the Unix epoch, to the microsecond, following the system's clock. */
export function wallClock(): number {
  const now = performance.now();
  if (++calls >= CALLS_BETWEEN_CHECKS) {
    calls = 0;
    const fresh = Date.now() - now;
    if (Math.abs(fresh - offset) > TOLERANCE_MS) offset = fresh;
  }
  return (now + offset) / 1000;
}
