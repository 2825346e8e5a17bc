// The scripts are plain JavaScript, checked by scripts/tsconfig.json; to the tests they are of any type.
declare module '*.mjs'
