/** Shortens what an MPI library says about itself to its name and version: "Open MPI v4.1.4" or "MPICH 4.0.2". */
export function mpiLibraryName(text: string): string {
  return text
    .split(/[\n,]/)[0]
    .replace(/ Version:\s*/, ' ')
    .trim()
}
