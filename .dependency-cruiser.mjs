// @ts-check
// Who may import whom, as ARCHITECTURE.md says. A rule's name is what the report shows; deny by default within node-core.
const slices = '(identity|devices|library|imports|search|sessions|sync)'
const test = '\\.test\\.tsx?$'

/** Node-core's folders and what each may import beside itself; packages and Node's own modules are free. */
const layers = {
  'contract': [],
  'ports': ['contract'],
  'crypto': ['contract', 'ports'],
  'log': ['contract', 'ports', 'crypto'],
  'adapters': ['ports', 'contract/ids', 'contract/errors', 'crypto'],
  'http': ['contract', 'dispatch', 'ports/clock', 'ports/live', 'ports/tls'],
}

/** @param {string[]} folders */
const within = (folders) => folders.map((folder) => `^node-core/${folder}(/|\\.ts$)`)

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-unresolved',
      severity: 'error',
      comment: 'Every import leads to a file or an installed package.',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'node-core-without-electron',
      severity: 'error',
      comment: 'The node runs without a screen.',
      from: { path: '^node-core/' },
      to: { path: '(^|node_modules/)(electron|electron-vite)(/|$)' },
    },
    {
      name: 'pages-and-shell-know-the-contract-only',
      severity: 'error',
      comment: 'main/keys holds the system’s keychain for the node, by the node’s own code: one place knows its traps.',
      from: { path: '^(main|preload|renderer)/', pathNot: ['^main/keys/', test] },
      to: { path: '^node-core/', pathNot: '^node-core/contract/' },
    },
    {
      name: 'keys-know-the-keychain-only',
      severity: 'error',
      from: { path: '^main/keys/', pathNot: test },
      to: {
        path: '^node-core/',
        pathNot: ['^node-core/contract/', '^node-core/ports/(keychain|clock)\\.ts$', '^node-core/adapters/keychain-os/'],
      },
    },
    {
      name: 'environments-apart',
      severity: 'error',
      comment: 'main, preload and renderer share nothing but the contract.',
      from: { path: '^(main|preload|renderer)/' },
      to: { path: '^(main|preload|renderer)/', pathNot: '^$1/' },
    },
    {
      name: 'node-core-stands-alone',
      severity: 'error',
      from: { path: '^node-core/', pathNot: test },
      to: { path: '^(main|preload|renderer|tests|resources)/' },
    },
    {
      name: 'pages-without-node',
      severity: 'error',
      comment: 'The renderer and the contract run in browsers.',
      from: { path: '^(renderer|node-core/contract)/', pathNot: test },
      to: { dependencyTypes: ['core'] },
    },
    ...Object.entries(layers).map(([folder, allowed]) => ({
      name: `${folder}-imports`,
      severity: /** @type {const} */ ('error'),
      comment: `${folder} imports ${allowed.join(', ') || 'nothing of the node'}.`,
      from: { path: `^node-core/${folder}/`, pathNot: test },
      to: { path: '^node-core/', pathNot: within([folder, ...allowed]) },
    })),
    {
      name: 'slice-imports',
      severity: 'error',
      comment: 'A slice imports log, ports, crypto and contract, never another slice.',
      from: { path: `^node-core/${slices}/`, pathNot: test },
      to: { path: '^node-core/', pathNot: ['^node-core/$1/', ...within(['log', 'ports', 'crypto', 'contract'])] },
    },
    {
      name: 'rules-are-pure',
      severity: 'error',
      comment: 'A slice’s rules decide: they import the contract and the slice’s own pure files, nothing that reads or writes.',
      from: { path: '^node-core/([^/]+)/rules\\.ts$' },
      to: {
        path: '^node-core/',
        pathNot: ['^node-core/contract/', '^node-core/$1/(?!projection|handlers|store|read|prepare)[^/]+\\.ts$'],
      },
    },
    {
      name: 'no-test-in-product',
      severity: 'error',
      from: { pathNot: ['^tests/', '\\.(test|spec)\\.tsx?$', '^resources/'] },
      to: { path: ['^tests/', '\\.(test|spec)\\.tsx?$'] },
    },
    {
      name: 'no-dev-dependency-in-product',
      severity: 'error',
      from: { path: '^(node-core|renderer)/', pathNot: test },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.css$|\\?inline$' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
  },
}
