import { describe, expect, it } from 'vitest';
import { KILLED, killAndCheck } from './kill.ts';

describe.each(KILLED)('recording to $backend', (killed) => {
  it('keeps every confirmed row, and only whole units, through five kills at random moments', async () => {
    expect.hasAssertions();
    for (let kill = 0; kill < 5; kill++) await killAndCheck(killed, 1 + kill * 2, Math.random() * 60);
  }, 180_000);
});
