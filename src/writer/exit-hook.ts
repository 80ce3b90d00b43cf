/** Something to be closed when the process ends. */
interface Closable {
  closeSync(): void;
}

const open = new Set<Closable>();
let hooked = false;

/**
 * Closes a recorder when the process (or the worker thread that it belongs to) ends normally, by `process.exit` or by
 * an uncaught exception. Returns what undoes that.
 */
export function closeOnExit(recorder: Closable): () => void {
  if (!hooked) {
    hooked = true;
    process.on('exit', closeAll);
  }
  open.add(recorder);
  return () => open.delete(recorder);
}

function closeAll(): void {
  // Lanes before the recorder that they belong to, which ends them.
  for (const recorder of [...open].reverse()) {
    try {
      recorder.closeSync();
    } catch (error) {
      process.exitCode ||= 1;
      process.stderr.write(`simtape: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
}
