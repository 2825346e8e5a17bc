import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const packageJson = JSON.parse(readFileSync('package.json', 'utf8'))
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))

test('the package has no install scripts, which npm 12 would block', () => {
  for (const name of ['preinstall', 'install', 'postinstall', 'prepare'])
    expect(packageJson.scripts[name]).toBeUndefined()
  // Without this, npm would run node-gyp when it sees binding.gyp.
  expect(packageJson.gypfile).toBe(false)
})

test('the addon can be built in any installation, because the headers are dependencies', () => {
  expect(Object.keys(packageJson.dependencies).sort()).toEqual(['node-addon-api', 'node-api-headers'])
})

test('the lock file matches package.json, platform packages included, as npm ci demands', () => {
  for (const [path, { optionalDependencies = {} }] of Object.entries<{ optionalDependencies?: object }>(
    lock.packages,
  )) {
    for (const name of Object.keys(optionalDependencies)) {
      const nested = path && `${path}/node_modules/${name}`
      expect(lock.packages).toHaveProperty([nested in lock.packages ? nested : `node_modules/${name}`])
    }
  }
  const { dependencies, devDependencies } = packageJson
  expect(lock.packages['']).toMatchObject({ dependencies, devDependencies })
})

test('no install script is needed: that of esbuild only makes it start faster, and that of ONNX Runtime downloads GPU libraries', () => {
  const scripted = Object.entries<{ hasInstallScript?: boolean; optional?: boolean }>(lock.packages)
    .filter(([, { hasInstallScript, optional }]) => hasInstallScript && !optional)
    .map(([path]) => path)
  expect(scripted).toEqual(['node_modules/esbuild', 'node_modules/onnxruntime-node'])
  // npm 11 and 12 read this when someone types npm install. Set-up passes --ignore-scripts to any npm.
  expect(packageJson.allowScripts).toEqual({ esbuild: false, 'onnxruntime-node': false })
})

test('npm start and npm test set up by themselves, without a pre-script that npm may be told to skip', () => {
  expect(packageJson.scripts.start).toBe('node scripts/setup.mjs && node dist/bundle/cli/main.js train --epochs 10')
  expect(packageJson.scripts.test).toBe('node scripts/setup.mjs && vitest run --project alone --project together')
  expect(Object.keys(packageJson.scripts).filter((name) => /^(pre|post)(start|test)$/.test(name))).toEqual([])
})

test('require() loads the package if Node can, and otherwise says what to do', () => {
  const project = mkdtempSync(join(tmpdir(), 'descent-require-'))
  try {
    mkdirSync(join(project, 'node_modules'))
    symlinkSync(resolve('.'), join(project, 'node_modules', 'descent-nn'))
    const program = 'console.log(typeof require("descent-nn").Network)'
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], { cwd: project, encoding: 'utf8' })
    if (process.features.require_module) expect(stdout).toBe('function\n')
    else expect(stderr).toContain('to a dynamic import() which is available in all CommonJS modules')
  } finally {
    rmSync(project, { recursive: true })
  }
})
