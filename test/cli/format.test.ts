import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytes, clean, count, counted, duration, shellWord, shownPath } from '../../cli/text/format.ts';

describe('figures', () => {
  it.for([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [99_949, '99.9 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [1.5e9, '1.5 GB'],
  ] as const)('%d bytes are %s', ([value, text]) => expect(bytes(value)).toBe(text));

  it.for([
    [0.004, '0.00 s'],
    [9.994, '9.99 s'],
    [59.9, '59.9 s'],
    [61, '1 min 1 s'],
    [7261, '2 h 1 min'],
  ] as const)('%d seconds are %s', ([value, text]) => expect(duration(value)).toBe(text));

  it('has separators and plurals', () => {
    expect(count(1234567)).toBe('1,234,567');
    expect([0, 1, 2].map((n) => counted(n, 'row'))).toEqual(['0 rows', '1 row', '2 rows']);
  });
});

describe('text', () => {
  it('shows control characters as escapes, so that a recording cannot steer the terminal', () => {
    expect(clean('a\u001b[31m\tb\n\u0007\u009b')).toBe('a\\u001b[31m\\tb\\n\\u0007\\u009b');
    expect(clean('a\u202eb\u2066c')).toBe('a\\u202eb\\u2066c');
    expect(clean('Größe 温度 🙂')).toBe('Größe 温度 🙂');
  });

  it('quotes what a shell would take apart', () => {
    expect(shellWord('simulation_data/run_1.db')).toBe('simulation_data/run_1.db');
    expect(shellWord("it's here.db")).toBe("'it'\\''s here.db'");
    expect(shellWord("it's\n\u001b[31m\\.db")).toBe("$'it\\'s\\n\\u001b[31m\\\\.db'");
  });

  it('shows paths from the current folder where that is shorter', () => {
    expect(shownPath(join('/a', 'b', 'c.db'), '/a/b')).toBe('c.db');
    expect(shownPath('/a/b', '/a/b')).toBe('.');
    expect(shownPath('/x.db', '/a/b/c/d')).toBe('/x.db');
    expect(shownPath('/a/b\n.db', '/a')).toBe('b\\n.db');
  });
});
