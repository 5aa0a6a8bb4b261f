// Asks 127.0.0.1:PORT for NAME with the roots that this Node.js trusts by itself, and writes "accepts" or "refuses CODE" into a file:
// under Wine a pipe is no standard output for it.
const [port, name, answer] = process.argv.slice(2);
const end = words => { require('fs').writeFileSync(answer, words); process.exit(0); };
require('tls').connect({ host: '127.0.0.1', port: Number(port), servername: name }, () => end('accepts'))
  .on('error', fault => end(`refuses ${fault.code}`));
