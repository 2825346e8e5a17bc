/**
 * An environment in which Node does not warn of its own experimental features. Node 20.17 warns of sharp's JSON modules,
 * on the standard error that the tests hold to what the program says.
 */
export function withoutWarnings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, NODE_OPTIONS: `${env.NODE_OPTIONS ?? ''} --disable-warning=ExperimentalWarning`.trim() }
}
