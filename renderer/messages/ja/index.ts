import english from '../en/index.ts'
import type { Messages } from '../index.ts'
import app from './app.json' with { type: 'json' }
import errors from './errors.json' with { type: 'json' }
import help from './help.json' with { type: 'json' }
import library from './library.json' with { type: 'json' }
import search from './search.json' with { type: 'json' }
import settings from './settings.json' with { type: 'json' }

export default {
  ...english,
  ...app,
  ...errors,
  ...help,
  ...library,
  ...search,
  ...settings,
} satisfies Messages
