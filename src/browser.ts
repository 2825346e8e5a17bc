/**
 * descent-nn/browser: descent without Node, for pages, web workers and edge runtimes. The build bundles it into one
 * module without imports. It uses the WebAssembly backend or the TypeScript backend. Each computes the same bits in
 * browsers as in Node.
 */

export * from './common.js'
