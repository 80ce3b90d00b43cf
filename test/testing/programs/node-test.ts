/** Tests of a user of node:test: the first two pass, the third fails. Needs the path of a flight in FLIGHT. */
import { test } from 'node:test';
import { assertComesToRest, assertMonotonicTime, assertNeverBelow } from '../../../src/testing/index.ts';

const flight = process.env.FLIGHT!;

test('time goes on', () => assertMonotonicTime(flight));
test('bodies come to rest', () => assertComesToRest(flight, { speed: 0.01, frames: 10 }));
test('bodies stay above the table', () =>
  assertNeverBelow(flight, { table: 'inertial_state', column: 'position_y', bound: 0.5 }));
