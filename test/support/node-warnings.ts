/**
 * An environment in which Node does not warn about experimental features. Node 20.17 warns about sharp's JSON modules on stderr,
 * which the tests compare with what the program itself prints.
 */
export function withoutWarnings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, NODE_OPTIONS: `${env.NODE_OPTIONS ?? ''} --disable-warning=ExperimentalWarning`.trim() }
}
