import { afterAll, beforeAll, expect, it } from 'vitest';
import { Cli, type Done } from './support/cli.ts';

const cli = new Cli();
afterAll(() => cli[Symbol.dispose]());
beforeAll(async () => {
  await cli.run(['record', 'plume', '--episodes', '1', '--steps', '20', '--path', 'plume.db']);
});

const sql = (statement: string, ...more: string[]): Promise<Done> =>
  cli.run(['sql', 'plume.db', statement, ...more]);

const AWKWARD = `SELECT 1.5 AS number, NULL AS missing, '' AS empty, 'NULL' AS word, 'a,"b"' || char(13, 10) AS text,
  x'00ff10' AS bytes, 9007199254740993 AS big, 9e999 AS infinite, 2 AS number`;

it('prints a table, with numbers to the right and NULL unlike any text', async () => {
  const { code, stdout } = await sql(`${AWKWARD} UNION ALL SELECT 10, 1, '', '', '', NULL, 1, 1, 1`);
  expect(code).toBe(0);
  expect(stdout).toBe(
    [
      'number  missing  empty  word    text       bytes                   big  infinite  number',
      '──────  ───────  ─────  ──────  ─────────  ─────────  ────────────────  ────────  ──────',
      "   1.5     NULL  ''     'NULL'  a,\"b\"\\r\\n  x'00ff10'  9007199254740993  Infinity       2",
      "    10        1  ''     ''      ''         NULL                      1         1       1",
      '',
      '2 rows',
      '',
    ].join('\n'),
  );
});

it('prints CSV by RFC 4180', async () => {
  const { stdout } = await sql(AWKWARD, '--format', 'csv');
  expect(stdout).toBe(
    'number,missing,empty,word,text,bytes,big,infinite,number\r\n' +
      '1.5,,"",NULL,"a,""b""\r\n",AP8Q,9007199254740993,Infinity,2\r\n',
  );
});

it('prints JSON that loses nothing', async () => {
  const { stdout } = await sql(AWKWARD, '--format', 'json');
  expect(JSON.parse(stdout)).toEqual([
    {
      number: 1.5,
      missing: null,
      empty: '',
      word: 'NULL',
      text: 'a,"b"\r\n',
      bytes: 'AP8Q',
      big: '9007199254740993',
      infinite: 'Infinity',
      number_2: 2,
    },
  ]);
  const none = await sql('SELECT 1 AS a WHERE 0', '--format', 'json');
  expect(JSON.parse(none.stdout)).toEqual([]);
});

it('says so where a table does not show everything', async () => {
  const { stdout } = await sql(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
    SELECT i, printf('%.90c', 'x') AS long FROM n`);
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(2 + 1000 + 2);
  expect(lines[2]).toMatch(/^ +1 {2}x{79}…$/);
  expect(lines.at(-1)).toMatch(
    /^1,200 rows; only the first 1,000 rows are shown: .*; values that end in … are cut/,
  );
});

it('reads the statement from standard input', async () => {
  const { code, stdout } = await cli.run(['sql', 'plume.db', '-', '--format', 'csv'], {
    input: '-- all of them\nSELECT count(*) AS steps FROM steps\n',
  });
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'steps\r\n20\r\n' });
});

it('refuses in one line what it cannot do', async () => {
  const cases: [string, RegExp][] = [
    ['DELETE FROM steps', /it returns no rows, so it is no query; recordings are only read here/],
    ['DELETE FROM steps RETURNING *', /attempt to write a readonly database; recordings are only read here/],
    ['DROP TABLE steps', /recordings are only read here/],
    ['SELECT * FROM stops', /no such table: stops; there are runs, episodes, steps/],
    ['SELECT stop FROM steps', /no such column: stop; .* info plume\.db lists the columns/],
    ['SELEC 1', /syntax error/],
    ['', /no statements/],
  ];
  await Promise.all(
    cases.map(async ([statement, message]) => {
      const { code, stdout, stderr } = await sql(statement);
      expect(stderr).toMatch(message);
      expect(stderr).toMatch(/^simtape: [^\n]+\n$/);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    }),
  );
});
