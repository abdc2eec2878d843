/** What secrets that stood in the file are called: the same text has one name, wherever it stands. */
export interface SecretNames {
  nameOf(service: string, key: string, text: string): string;
}

export function secretNames(): SecretNames {
  const names = new Map<string, string>();
  const texts = new Map<string, string>();
  return {
    nameOf(service, key, text) {
      const known = names.get(text);
      if (known !== undefined) return known;
      const own = `${service.replace(/\W/g, '_').toUpperCase()}_${key}`;
      const name = texts.has(key) ? own : key;
      names.set(text, name);
      texts.set(name, text);
      return name;
    },
  };
}
