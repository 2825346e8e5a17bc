/** Open MPI refuses to run as root unless these are set. Containers, in which tests often run, have no other user. */
export const asRoot = { OMPI_ALLOW_RUN_AS_ROOT: '1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1' }
