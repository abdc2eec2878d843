// A service that never does the same for long: lines of every kind, silence, floods, and an end every now and then.
const seed = Number(process.argv[2]);
const turn = ((seed * 7919 + process.pid) % 97) / 97;
const out = (text) => process.stdout.write(text);

const acts = [
  () => out('plain words\n'),
  () => out('\u001b[31mred \u001b[1;44mbold on blue\u001b[0m and not\n'),
  () => out('日本語 👩‍👩‍👧‍👦 e\u0301 ☎️ 🇩🇪\ttab\n'.repeat(3)),
  () => out(`${JSON.stringify({ level: 50, time: Date.now(), msg: 'from pino', requestId: 'r-1' })}\n`),
  () => out(`${'long '.repeat(400)}\n`),
  () => out('\u001b[2J\u001b[H\u001b]0;title\u0007\u001b[?1049h\u001b[999;1Hwhere?\n'),
  () => out('a prompt without an end> '),
  () => out('\r50 %\r100 %\n'),
  () => process.stderr.write('Error: something\n    at here (file.js:1:2)\n'),
  () => out('flood\n'.repeat(5_000)),
  () => out(Buffer.from([0xff, 0xfe, 0x00, 0x07, 0x0a])),
  () => undefined,
];
let step = Math.floor(turn * acts.length);
setInterval(() => acts[step++ % acts.length](), 40 + turn * 60);
setTimeout(() => process.exit(Math.floor(turn * 3)), 2_000 + turn * 6_000);
