import fc from 'fast-check';

const ESC = '\u001b';

/** Characters that change what stands beside them, and some of each width. */
const characters = fc.constantFrom(
  ...Array.from(
    'a1# é日가アｱﾞ👩👧🏽🇫🇷☎✓©→न\u093f\u094d\u0301\u200b\u200d\ufe0f\u20e3\u00ad\u1100\u1161\u11a8\u0600\ufeff',
  ),
);

export const anyText = fc
  .array(fc.oneof({ weight: 3, arbitrary: characters }, fc.string({ unit: 'grapheme', maxLength: 4 }), fc.string()))
  .map((parts) => parts.join('').replaceAll(/[\t\r]/g, ''));

/** What a service may write. */
export const anyLine = fc
  .array(
    fc.oneof(
      anyText,
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString()),
      fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('utf16le')),
      fc.constantFrom(`${ESC}[31m`, `${ESC}[1;7;48;5;99m`, `${ESC}[0m`, `${ESC}[38:2::1:2:3m`, `${ESC}[2J`, ESC, '\t'),
    ),
  )
  .map((parts) => parts.join(''));
