import { spawnSync } from 'node:child_process'
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../support/files.js'

const folder = temporaryFolder()

it.each([
  ['duckdb', 'readSql', '@duckdb/node-api'],
  ['arrow', 'readArrow', 'apache-arrow'],
])('descent-nn/%s says what to install when its peer is missing', (entry, name, peer) => {
  // Outside any node_modules, as if the peer were not installed.
  cpSync('dist/bundle', join(folder, 'bundle'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const url = pathToFileURL(join(folder, 'bundle', `${entry}.js`))
  const program = `const { ${name} } = await import('${url}'); await ${name}('x').catch((error) => console.log(String(error)))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: folder,
    encoding: 'utf8',
  })
  const sentence = `DataError: descent-nn/${entry} needs ${peer}, which is not installed: npm install ${peer}\n`
  expect({ stdout, stderr }).toEqual({ stdout: sentence, stderr: '' })
})
