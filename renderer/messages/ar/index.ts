import type { Messages } from '../shape.ts'
import app from './app.json' with { type: 'json' }
import capture from './capture.json' with { type: 'json' }
import commands from './commands.json' with { type: 'json' }
import computer from './computer.json' with { type: 'json' }
import content from './content.json' with { type: 'json' }
import devices from './devices.json' with { type: 'json' }
import errors from './errors.json' with { type: 'json' }
import help from './help.json' with { type: 'json' }
import imports from './imports.json' with { type: 'json' }
import library from './library.json' with { type: 'json' }
import locked from './locked.json' with { type: 'json' }
import nodes from './nodes.json' with { type: 'json' }
import notes from './notes.json' with { type: 'json' }
import reader from './reader.json' with { type: 'json' }
import search from './search.json' with { type: 'json' }
import settings from './settings.json' with { type: 'json' }
import welcome from './welcome.json' with { type: 'json' }

export default {
  ...app,
  ...capture,
  ...commands,
  ...computer,
  ...content,
  ...devices,
  ...errors,
  ...help,
  ...imports,
  ...library,
  ...locked,
  ...nodes,
  ...notes,
  ...reader,
  ...search,
  ...settings,
  ...welcome,
} satisfies Messages
