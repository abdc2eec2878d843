/** Of a container whose pod an operator makes: what the standard restricted wants of each. */
export const CONFINED = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
