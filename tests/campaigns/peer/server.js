// Serves databases kept in a folder over HTTP on a free port of this machine: node server.js FOLDER
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const prefix = `${process.argv[2]}/`;
const served = require('pouchdb').defaults({ prefix });
const app = require('express')();
app.use(require('express-pouchdb')(served, { configPath: `${prefix}config.json`, logPath: `${prefix}log.txt` }));
const listening = app.listen(0, '127.0.0.1', () => console.log(listening.address().port));
