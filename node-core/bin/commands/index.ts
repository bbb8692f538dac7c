/** Every command, in the order of the help. */
import type { Command } from '../cli/arguments.ts'
import { accountCommands } from './account.ts'
import { backupCommands } from './backup.ts'
import { captureCommand } from './capture.ts'
import { configCommands } from './config.ts'
import { deleteCommand } from './delete.ts'
import { deviceCommands } from './devices.ts'
import { doctorCommand } from './doctor.ts'
import { exportCommand } from './export.ts'
import { importCommand } from './import.ts'
import { importsCommands } from './imports.ts'
import { linkCommand } from './link.ts'
import { listCommand } from './list.ts'
import { nodeCommands } from './nodes.ts'
import { noteCommands } from './notes.ts'
import { pairCommand } from './pair.ts'
import { restoreCommand } from './restore.ts'
import { rootCommands } from './roots.ts'
import { searchCommand } from './search.ts'
import { serveCommand } from './serve.ts'
import { showCommand } from './show.ts'
import { statusCommand } from './status.ts'
import { tlsCommands } from './tls.ts'
import { watchCommands } from './watch.ts'

export const commands: readonly Command[] = [
  serveCommand,
  linkCommand,
  pairCommand,
  importCommand,
  ...importsCommands,
  ...watchCommands,
  searchCommand,
  showCommand,
  listCommand,
  captureCommand,
  ...noteCommands,
  deleteCommand,
  exportCommand,
  ...backupCommands,
  restoreCommand,
  statusCommand,
  doctorCommand,
  ...accountCommands,
  ...rootCommands,
  ...deviceCommands,
  ...nodeCommands,
  ...tlsCommands,
  ...configCommands,
]
