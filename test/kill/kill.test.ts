import { expect, it } from 'vitest';
import { killAndCheck } from '../writer/kill.ts';

it('keeps every confirmed row, and only whole units, through a hundred kills at random moments', async () => {
  expect.hasAssertions();
  for (let kill = 0; kill < 100; kill++) await killAndCheck(1 + (kill % 12), Math.random() * 120);
}, 600_000);
