import { expect, it } from 'vitest';
import { killAndCheck } from './kill.ts';

it('keeps every confirmed row, and only whole units, through five kills at random moments', async () => {
  expect.hasAssertions();
  for (let kill = 0; kill < 5; kill++) await killAndCheck(1 + kill * 2, Math.random() * 60);
});
