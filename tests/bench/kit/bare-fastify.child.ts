/** The limit for pages: a Fastify route that sends bytes which are there. They come over the parent's channel first. */
import fastify from 'fastify'

const pages = new Map<string, Buffer>()
const app = fastify()
app.get<{ Params: { page: string } }>('/api/v1/conversations/:page/units', (request, reply) =>
  reply.type('application/json; charset=utf-8').send(pages.get(request.params.page)),
)

process.on('message', async (message: { page: string; bytes: Buffer } | 'listen') => {
  if (message === 'listen') process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }))
  else pages.set(message.page, Buffer.from(message.bytes))
})
process.once('disconnect', () => {
  process.exit(0)
})
