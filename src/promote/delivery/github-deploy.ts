import { action } from './actions.ts';
import { CHECKOUT, RUNNER, TAG_STEP } from './github-jobs.ts';
import type { PushedImage } from './pushed-images.ts';

export interface Deployment {
  /** `deploy/k8s`. */
  readonly folder: string;
  readonly stack: string;
  readonly namespace: string;
  /** Something in the cluster follows git: a commit is all it takes. */
  readonly isFollowed: boolean;
  /** Values are in files that git does not have. */
  readonly needsSecretFiles: boolean;
  /** Something runs on each node. */
  readonly hasDaemons: boolean;
}

const OVERLAY = "${{ inputs.overlay || 'production' }}";

export function deployJob(
  deployment: Deployment,
  images: readonly PushedImage[],
  needs: readonly string[],
): Record<string, unknown> {
  const { isFollowed } = deployment;
  return {
    ...(needs.length > 0 && { needs }),
    'runs-on': RUNNER,
    'timeout-minutes': 30,
    environment: OVERLAY,
    permissions: isFollowed ? { contents: 'write' } : { contents: 'read', 'id-token': 'write' },
    env: { OVERLAY },
    steps: isFollowed ? commitSteps(deployment, images) : applySteps(deployment, images),
  };
}

function commitSteps({ folder }: Deployment, images: readonly PushedImage[]): readonly unknown[] {
  return [
    { uses: action('actions/checkout'), with: { ref: '${{ github.ref_name }}' } },
    TAG_STEP,
    tagsStep(folder, images),
    {
      name: 'Commit',
      run: [
        'git config user.name "github-actions[bot]"',
        'git config user.email "41898282+github-actions[bot]@users.noreply.github.com"',
        `git add ${folder}/releases`,
        'git diff --cached --quiet && exit 0',
        'git commit -m "Deploy ${GITHUB_SHA::12} to $OVERLAY"',
        'git push',
      ].join('\n'),
    },
  ];
}

function applySteps(deployment: Deployment, images: readonly PushedImage[]): readonly unknown[] {
  const { folder, stack, namespace, needsSecretFiles, hasDaemons } = deployment;
  const ours = `-l app.kubernetes.io/part-of=${stack},app.kubernetes.io/managed-by=devstack`;
  return [
    CHECKOUT,
    TAG_STEP,
    tagsStep(folder, images),
    ...(needsSecretFiles ? [secretsStep(folder)] : []),
    credentialsStep(stack),
    { name: 'Apply', run: `kubectl apply --server-side -k "${folder}/releases/$OVERLAY"` },
    {
      name: 'Wait',
      run: [
        `for one in $(kubectl -n ${namespace} get deployments,statefulsets${hasDaemons ? ',daemonsets' : ''} ${ours} -o name); do`,
        `  kubectl -n ${namespace} rollout status "$one" --timeout=10m`,
        'done',
      ].join('\n'),
    },
  ];
}

function tagsStep(folder: string, images: readonly PushedImage[]): Record<string, unknown> {
  return {
    name: 'Tags',
    env: { TAG: '${{ steps.tag.outputs.tag }}' },
    'working-directory': `${folder}/releases/${OVERLAY}`,
    run: images.map(({ name, image }) => `kustomize edit set image "${name}=${image}:$TAG"`).join('\n'),
  };
}

/** In the shell of whoever has them; the files are `secrets/` of the overlay. */
function secretsStep(folder: string): Record<string, unknown> {
  return {
    name: 'Secrets',
    env: { SECRETS: '${{ secrets.OVERLAY_SECRETS }}' },
    run: [
      `# tar -cz -C ${folder}/overlays/production secrets | base64 | gh secret set OVERLAY_SECRETS --env production`,
      `printf '%s' "$SECRETS" | base64 -d | tar -xz -C "${folder}/overlays/$OVERLAY"`,
    ].join('\n'),
  };
}

/** By tokens of the run, which a cluster that knows GitHub as an issuer takes; else by a kubeconfig. */
function credentialsStep(stack: string): Record<string, unknown> {
  // One lives for minutes: kubectl asks for another when it is over.
  const credential =
    '{apiVersion: "client.authentication.k8s.io/v1beta1", kind: "ExecCredential", status: {token: .value}}';
  return {
    name: 'Cluster',
    env: {
      SERVER: '${{ vars.KUBE_SERVER }}',
      CERTIFICATE: '${{ vars.KUBE_CERTIFICATE }}',
      AUDIENCE: `\${{ vars.KUBE_AUDIENCE || '${stack}' }}`,
      TEXT: '${{ secrets.KUBECONFIG }}',
    },
    run: [
      'umask 077',
      'mkdir -p ~/.kube',
      'if [ -z "$SERVER" ]; then',
      `  printf '%s' "$TEXT" > ~/.kube/config`,
      '  exit',
      'fi',
      `printf '%s' "$CERTIFICATE" > ~/.kube/ca.pem`,
      `cat > ~/.kube/token.sh <<END`,
      `curl -sSf -H "Authorization: bearer \\$ACTIONS_ID_TOKEN_REQUEST_TOKEN" \\`,
      `  "\\$ACTIONS_ID_TOKEN_REQUEST_URL&audience=$AUDIENCE" | jq '${credential}'`,
      'END',
      'kubectl config set-cluster this --server="$SERVER" --certificate-authority="$HOME/.kube/ca.pem" --embed-certs=true',
      'kubectl config set-credentials run --exec-api-version=client.authentication.k8s.io/v1beta1 \\',
      '  --exec-command=bash --exec-arg="$HOME/.kube/token.sh"',
      'kubectl config set-context this --cluster=this --user=run',
      'kubectl config use-context this',
    ].join('\n'),
  };
}
