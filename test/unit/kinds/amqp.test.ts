import { expect, test } from 'vitest';
import { openAmqp } from '../../../src/kinds/amqp.ts';
import { hear, said } from './hear.ts';

// Recorded from RabbitMQ 3.10, in base64.
const recorded = (text: string): Buffer => Buffer.from(text, 'base64');
const start = recorded(
  'AQAAAAAB+gAKAAoACQAAAdUMY2FwYWJpbGl0aWVzRgAAAMcScHVibGlzaGVyX2NvbmZpcm1zdAEaZXhjaGFuZ2VfZXhjaGFuZ2VfYmluZGluZ3N0AQpiYXNpYy5uYWNrdAEWY29uc3VtZXJfY2FuY2VsX25vdGlmeXQBEmNvbm5lY3Rpb24uYmxvY2tlZHQBE2NvbnN1bWVyX3ByaW9yaXRpZXN0ARxhdXRoZW50aWNhdGlvbl9mYWlsdXJlX2Nsb3NldAEQcGVyX2NvbnN1bWVyX3Fvc3QBD2RpcmVjdF9yZXBseV90b3QBDGNsdXN0ZXJfbmFtZVMAAAATcmFiYml0QGZlM2U1YmFjOGU2YQljb3B5cmlnaHRTAAAAN0NvcHlyaWdodCAoYykgMjAwNy0yMDIyIFZNd2FyZSwgSW5jLiBvciBpdHMgYWZmaWxpYXRlcy4LaW5mb3JtYXRpb25TAAAAOUxpY2Vuc2VkIHVuZGVyIHRoZSBNUEwgMi4wLiBXZWJzaXRlOiBodHRwczovL3JhYmJpdG1xLmNvbQhwbGF0Zm9ybVMAAAARRXJsYW5nL09UUCAyNS4yLjMHcHJvZHVjdFMAAAAIUmFiYml0TVEHdmVyc2lvblMAAAAGMy4xMC44AAAADkFNUVBMQUlOIFBMQUlOAAAABWVuX1VTzg==',
);
const tune = recorded('AQAAAAAADAAKAB4H/wACAAAAPM4=');
const openOk = recorded('AQAAAAAABQAKACkAzg==');
const closeOk = recorded('AQAAAAAABAAKADPO');
const accessRefused = recorded(
  'AQAAAAAAdwAKADIBk2xBQ0NFU1NfUkVGVVNFRCAtIExvZ2luIHdhcyByZWZ1c2VkIHVzaW5nIGF1dGhlbnRpY2F0aW9uIG1lY2hhbmlzbSBQTEFJTi4gRm9yIGRldGFpbHMgc2VlIHRoZSBicm9rZXIgbG9nZmlsZS4AAAAAzg==',
);
const noSuchHost = recorded('AQAAAAAALQAKADICEiJOT1RfQUxMT1dFRCAtIHZob3N0IHNob3Agbm90IGZvdW5kAAoAKM4=');
/** CONNECTION_FORCED (320), as a broker says it that is going away. */
const forced = Buffer.concat([
  Buffer.from([1, 0, 0, 0, 0, 0, 28, 0, 10, 0, 50, 1, 64, 17]),
  Buffer.from('CONNECTION_FORCED'),
  Buffer.from([0, 0, 0, 0, 0xce]),
]);

const login = { user: 'app', password: 'pä', vhost: 'shop' };
const conversation = openAmqp(login);

test('a broker is usable when the virtual host is open, and is left with a goodbye', () => {
  expect(hear(conversation, [start, tune, openOk, closeOk])).toEqual({ kind: 'fine' });
  const [header, startOk, open, close] = said(conversation);
  expect(header).toBe('AMQP\0\0\x09\x01');
  expect(startOk).toContain(`PLAIN\0\0\0\x08${Buffer.from('\0app\0pä').toString('latin1')}\x05en_US\xce`);
  // tune-ok: 1 channel, 8 KiB, no heartbeat; open: the virtual host.
  expect(open).toBe(
    '\x01\0\0\0\0\0\x0c\0\x0a\0\x1f\0\x01\0\0\x20\0\0\0\xce\x01\0\0\0\0\0\x0b\0\x0a\0\x28\x04shop\0\0\xce',
  );
  expect(close).toContain('goodbye');
});

test('a wrong password and a virtual host that is not there are refusals, in the words of the broker', () => {
  expect(hear(conversation, [start, accessRefused])).toEqual({
    kind: 'refused',
    text: 'ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile.',
  });
  expect(hear(conversation, [start, tune, noSuchHost])).toEqual({
    kind: 'refused',
    text: 'NOT_ALLOWED - vhost shop not found',
  });
});

test('other reasons to close may pass', () => {
  expect(hear(conversation, [start, forced])).toEqual({ kind: 'not-yet', text: 'CONNECTION_FORCED' });
});

test('another version of the protocol, and another method, are not what was asked for', () => {
  const other = conversation.steps[0]?.hear(Buffer.from('AMQP\0\x01\0\0'));
  expect(other).toEqual({ kind: 'not-yet', text: 'it speaks another AMQP' });
  expect(conversation.steps[0]?.hear(openOk)).toEqual({ kind: 'not-yet', text: 'it answers with method 41' });
});
