// Imported before a command: presses Ctrl-C once the folder INTERRUPT_AT holds something hidden.
import { existsSync, readdirSync } from 'node:fs';

const folder = process.env.INTERRUPT_AT!;

function look(): void {
  if (existsSync(folder) && readdirSync(folder).some((name) => name.startsWith('.')))
    process.kill(process.pid, 'SIGINT');
  else setImmediate(look);
}
look();
