import { expect, test } from 'vitest';
import { REQUEST, REQUEST_EACH } from '../../src/buffer/words.ts';
import { betweenAtomics } from '../support/between-atomics.ts';
import { FakeLanes } from '../support/fake-lanes.ts';

test('a lane that others join publishes each unit, whenever the writer asks it to publish', () => {
  const lanes = new FakeLanes();
  const { main } = lanes;
  betweenAtomics(
    () => main.lane.addLane(),
    () => main.reader!.requestPublication(),
  );
  expect(main.lane.words[REQUEST]).toBe(REQUEST_EACH);
});
