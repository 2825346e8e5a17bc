/**
 * The script of the page. The same script is also the script of the page's worker, so that the library is in the file
 * only once.
 */

import { startWorker } from './session-worker.js'
import { startPage } from './start-page.js'

if (typeof document === 'undefined') startWorker()
else void startPage()
