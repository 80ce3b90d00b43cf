import { expect, test } from 'vitest';
import { array, bytes, defineTable, f64 } from '../../src/index.ts';
import { FakeLanes, type FakeLanesOptions } from '../support/fake-lanes.ts';

const body = defineTable('body', { n: f64(), state: array('f64', 128) });
const blob = defineTable('blob', { n: f64(), data: bytes() });
const state = new Float64Array(128);
const LIMIT = 4 * 2 ** 20;

/** A lane that has filled the memory, and of which everything is written. */
function afterBurst(options: FakeLanesOptions) {
  const lanes = new FakeLanes({ memoryLimitBytes: LIMIT, onWait: () => {}, maxWaitMs: 1, ...options });
  const busy = lanes.attach();
  const { append } = busy.open(body);
  const other = lanes.attach();
  const [bodies, blobs] = [other.open(body), other.open(blob)];
  const { bytesLimit } = lanes.metrics().buffer;
  while (lanes.metrics().buffer.bytesAllocated < bytesLimit - 700 * 1024) append({ n: 0, state });
  lanes.flush();
  expect(lanes.metrics().buffer.bytesInUse).toBeLessThan(LIMIT / 2);
  return { lanes, other, bodies, blobs };
}

test('drop-newest: a lane that has burst and is idle leaves its memory to the units of others', () => {
  const { lanes, other, bodies } = afterBurst({ overflow: 'drop-newest' });
  other.lane.beginUnit();
  for (let n = 1; n <= 1500; n++) bodies.append({ n, state });
  other.lane.endUnit();
  lanes.flush();
  expect(lanes.metrics().tables.body).toMatchObject({ dropped: 0 });
});

test('block: a large row of a lane is taken, though another one has burst and is idle', () => {
  const { lanes, blobs } = afterBurst({ onWait: () => {} });
  blobs.append({ n: 1, data: new Uint8Array(2 ** 20) });
  lanes.flush();
  expect(lanes.backend.rows('blob')).toHaveLength(1);
});

test('block: a large row waits for what another lane has in memory', () => {
  let drain = () => {};
  const lanes = new FakeLanes({ memoryLimitBytes: LIMIT, onWait: () => drain() });
  drain = () => lanes.drain();
  const { append } = lanes.attach().open(body);
  const blobs = lanes.attach().open(blob);
  while (lanes.metrics().buffer.bytesAllocated < LIMIT - 700 * 1024) append({ n: 0, state });
  blobs.append({ n: 1, data: new Uint8Array(2 ** 20) });
  lanes.flush();
  expect(lanes.backend.rows('blob')).toHaveLength(1);
});
