// Replicates documents from a database in a folder to a server, once a line on the input, and prints the seconds:
// node client.js FOLDER PORT DOCUMENTS BYTES BATCH
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(import.meta.url);
const [folder, port, documents, bytes, batch] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const kept = require('pouchdb').defaults({ prefix: `${folder}/` });

let turn = 0;
for await (const _ of createInterface({ input: process.stdin })) {
  const name = `turn${(turn += 1)}`;
  const local = new kept(name);
  const text = () => randomBytes(bytes).toString('base64').slice(0, bytes - 40);
  await local.bulkDocs(Array.from({ length: documents }, (_, i) => ({ _id: String(i).padStart(12, '0'), text: text() })));
  const began = process.hrtime.bigint();
  const done = await local.replicate.to(`http://127.0.0.1:${port}/${name}`, { batch_size: batch });
  if (done.docs_written !== documents) throw new Error(`${done.docs_written} documents were written`);
  console.log(Number(process.hrtime.bigint() - began) / 1e9);
}
