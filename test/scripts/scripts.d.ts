// The scripts are plain JavaScript. scripts/tsconfig.json checks their types; in the tests they have the type any.
declare module '*.mjs'
