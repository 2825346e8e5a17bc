/** Runs a session in a worker of the page. */
export function startWorker(): void {}
