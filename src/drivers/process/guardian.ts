import { spawn, type ChildProcess } from 'node:child_process';

/**
 * A shell in a session of its own that outlives this process, whatever ends it: end of file on its standard input
 * means devstack is gone. It ends the process groups it was told of (TERM, 1 s, KILL) and then runs the clean-up
 * command. `kill -s TERM -- -PGID` is the only form dash accepts.
 */
const SCRIPT = `trap "" INT HUP TERM QUIT PIPE
g=" " q=
while read -r a p; do
  case $a in
    +) g="$g$p " ;;
    -) case "$g" in *" $p "*) g="\${g%%" $p "*} \${g#*" $p "}" ;; esac ;;
    q) q=1 ;;
  esac
done
[ "$q" ] && exit 0
for p in $g; do kill -s TERM -- "-$p"; done 2>/dev/null
i=0
while [ "$i" -lt 10 ]; do
  l=
  for p in $g; do kill -s 0 -- "-$p" 2>/dev/null && l=1; done
  [ "$l" ] || break
  sleep 0.1
  i=$((i + 1))
done
for p in $g; do kill -s KILL -- "-$p"; done 2>/dev/null
exec "$@"`;

export interface Guardian {
  /** The process group is ours to end. */
  add(pgid: number): void;
  remove(pgid: number): void;
  /** An orderly end: nothing is left for it to do. */
  dismiss(): void;
}

/** `cleanup` is what it runs last; its environment must not carry the run id, or it would end itself. */
export function startGuardian(cleanup: readonly string[], env: NodeJS.ProcessEnv): Guardian {
  const child: ChildProcess = spawn('sh', ['-c', SCRIPT, 'devstack-guardian', ...cleanup], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env,
  });
  const input = child.stdin;
  // It only ends before us when somebody kills it; then there is nobody to tell.
  input?.on('error', () => undefined);
  child.on('error', () => undefined);
  child.unref();
  if (input && 'unref' in input && typeof input.unref === 'function') input.unref();
  return {
    add: (pgid) => void input?.write(`+ ${pgid}\n`),
    remove: (pgid) => void input?.write(`- ${pgid}\n`),
    dismiss: () => void input?.end('q\n'),
  };
}
