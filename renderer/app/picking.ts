/** What a person chose or dropped, put together into what will each be one import. */

export interface PickedFile {
  /** From the chosen folder's name on, with slashes; of a single file its name. */
  readonly path: string
  readonly file: File
}
/** Becomes one import. */
export interface Picked {
  readonly name: string
  /** Sent with their paths, as one folder; otherwise it is one file. */
  readonly folder: boolean
  readonly files: readonly PickedFile[]
  /** Files, or a folder, that stand for all of it on this machine, where the person gave them to the page as such. */
  readonly given?: readonly File[]
}

/** Folders whose names begin with a dot are programs' own business, except those in which sessions are kept. */
const kept = new Set(['.claude', '.codex'])
const isSkipped = (name: string): boolean => name.startsWith('.') && !kept.has(name)
/** Says that several archives are one export in parts. */
const partsManifest = /^manifest-.*\.json$/i

/** Single files: each an import of its own, unless one of them says that together they are one export. */
export function pickFiles(files: readonly File[]): Picked[] {
  const all = files.map((file) => ({ path: file.name, file }))
  const manifest = all.find(({ path }) => partsManifest.test(path))
  if (manifest && all.length > 1) return [{ name: manifest.path, folder: true, files: all, given: files }]
  return all.map((one) => ({ name: one.path, folder: false, files: [one], given: [one.file] }))
}

/** The files of folders, as a folder chooser gives them: one import for each folder. */
export function pickFolder(files: readonly File[]): Picked[] {
  const folders = new Map<string, PickedFile[]>()
  for (const file of files) {
    const path = file.webkitRelativePath || file.name
    const [first = path, ...inner] = path.split('/')
    if (inner.some(isSkipped)) continue
    const folder = folders.get(first)
    if (folder) folder.push({ path, file })
    else folders.set(first, [{ path, file }])
  }
  return [...folders].map(([name, inside]) => ({ name, folder: true, files: inside }))
}

/** What was dropped, folders walked through. Must be called within the drop's own event. */
export async function pickDropped(dropped: Pick<DataTransfer, 'items' | 'files'>): Promise<Picked[]> {
  // After the event the items are gone, so all of them are taken before anything is awaited.
  const items = [...dropped.items].filter(({ kind }) => kind === 'file')
  const entries = items.map((item) => ({ entry: item.webkitGetAsEntry(), given: item.getAsFile() }))
  const files = [...dropped.files]
  if (entries.every(({ entry }) => entry === null)) return pickFiles(files)
  const single: File[] = []
  const folders: Picked[] = []
  for (const { entry, given } of entries) {
    if (entry && isDirectory(entry))
      folders.push({ name: entry.name, folder: true, files: await filesIn(entry, entry.name), ...(given && { given: [given] }) })
    else if (entry && isFile(entry)) single.push(given ?? (await fileOf(entry)))
  }
  return [...pickFiles(single), ...folders]
}

async function filesIn(folder: FileSystemDirectoryEntry, path: string): Promise<PickedFile[]> {
  const found: PickedFile[] = []
  for (const entry of await entriesOf(folder)) {
    if (isSkipped(entry.name)) continue
    const inner = `${path}/${entry.name}`
    if (isDirectory(entry)) found.push(...(await filesIn(entry, inner)))
    else if (isFile(entry)) found.push({ path: inner, file: await fileOf(entry) })
  }
  return found
}

/** A folder's entries come in batches, of which an empty one is the last. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (batch.length === 0) return all
    all.push(...batch)
  }
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> => new Promise((resolve, reject) => entry.file(resolve, reject))
const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile
