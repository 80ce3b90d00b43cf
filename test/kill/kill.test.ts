import { describe, expect, it } from 'vitest';
import { KILLED, killAndCheck } from '../writer/kill.ts';

describe.each(KILLED)('recording to $backend', (killed) => {
  it('keeps every confirmed row, and only whole units, through a hundred kills at random moments', async () => {
    expect.hasAssertions();
    for (let kill = 0; kill < 100; kill++) await killAndCheck(killed, 1 + (kill % 12), Math.random() * 120);
  }, 3_600_000);
});
