/** Kubernetes reads `$(` as the beginning of a variable of its own, and two signs as one. */
export function literal(text: string): string {
  return text.replace(/\$(?=[$(])/g, '$$$$');
}
