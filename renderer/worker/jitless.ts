// Zod tries `new Function` as soon as the first schema is made, which the content policy refuses: it is told before that.
Reflect.set(globalThis, '__zod_globalConfig', { jitless: true })
