// Reads "name<TAB>host<TAB>port<TAB>bundle" lines; answers each with "name<TAB>accepts or refuses<TAB>words".
const fs = require('fs'), net = require('net'), tls = require('tls');

function ask(line) {
  const [name, host, port, bundle] = line.split('\t');
  return new Promise(resolve => {
    const end = (answer, words) => { socket.destroy(); console.log([name, answer, words.replace(/\s+/g, ' ')].join('\t')); resolve(); };
    const socket = tls.connect({
      host: '127.0.0.1', port, ca: fs.readFileSync(bundle), servername: net.isIP(host) ? undefined : host,
      checkServerIdentity: (_, certificate) => tls.checkServerIdentity(host, certificate),
    }, () => end('accepts', ''));
    socket.setTimeout(8000, () => end('refuses', 'timed out'));
    socket.on('error', fault => end('refuses', `${fault.message} (${fault.code})`));
  });
}

(async () => {
  for (const line of fs.readFileSync(0, 'utf8').split('\n').filter(line => line.length > 0)) {
    await ask(line);
  }
})();
