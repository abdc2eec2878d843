import { action } from './actions.ts';
import type { PackageTests } from './package-tests.ts';
import { hasSecret } from './pushed-images.ts';
import type { PushedImage } from './pushed-images.ts';

export const RUNNER = 'ubuntu-24.04';
/** What images are called after; no tag is ever another image later. */
export const TAG_STEP = { name: 'Tag', id: 'tag', run: 'echo "tag=${GITHUB_SHA::12}" >> "$GITHUB_OUTPUT"' };
const TAG = '${{ steps.tag.outputs.tag }}';

export const CHECKOUT = { uses: action('actions/checkout'), with: { 'persist-credentials': false } };

export function testJob(tests: readonly PackageTests[]): Record<string, unknown> {
  const languages = new Set(tests.map(({ language }) => language));
  const only = (language: PackageTests['language'], step: Record<string, unknown>) =>
    languages.has(language) ? [languages.size > 1 ? { if: `matrix.language == '${language}'`, ...step } : step] : [];
  const version = '${{ matrix.version }}';
  return {
    name: 'test ${{ matrix.folder }}',
    'runs-on': RUNNER,
    'timeout-minutes': 20,
    strategy: { 'fail-fast': false, matrix: { include: tests } },
    steps: [
      CHECKOUT,
      ...only('node', {
        uses: action('actions/setup-node'),
        with: { 'node-version': version, 'package-manager-cache': false },
      }),
      ...only('go', {
        uses: action('actions/setup-go'),
        with: { 'go-version-file': version, cache: false },
      }),
      ...only('python', { uses: action('actions/setup-python'), with: { 'python-version': version } }),
      { name: 'Install', 'working-directory': '${{ matrix.context }}', run: '${{ matrix.install }}' },
      { name: 'Test', 'working-directory': '${{ matrix.folder }}', run: '${{ matrix.run }}' },
    ],
  };
}

export function buildJob(images: readonly PushedImage[], needs: readonly string[]): Record<string, unknown> {
  const has = (field: 'target' | 'platforms') => images.some((image) => image[field] !== undefined);
  const include = images.map(({ image, context, file, target, platforms, args }) => ({
    image,
    context,
    file,
    ...(target !== undefined && { target }),
    ...(platforms !== undefined && { platforms }),
    args: args.filter((line) => !hasSecret(line)).join('\n'),
  }));
  const secretArgs = images.flatMap(({ args }) => args.filter(hasSecret));
  const secrets = [...new Set(images.flatMap((image) => image.secrets))];
  return {
    name: 'build ${{ matrix.image }}',
    ...(needs.length > 0 && { needs }),
    'runs-on': RUNNER,
    'timeout-minutes': 45,
    permissions: { contents: 'read', packages: 'write' },
    strategy: { matrix: { include } },
    steps: [
      CHECKOUT,
      { uses: action('docker/setup-buildx-action') },
      loginStep(images),
      TAG_STEP,
      {
        name: 'Build and push',
        uses: action('docker/build-push-action'),
        with: {
          context: '${{ matrix.context }}',
          file: '${{ matrix.file }}',
          ...(has('target') && { target: '${{ matrix.target }}' }),
          ...(has('platforms') && { platforms: '${{ matrix.platforms }}' }),
          'build-args': ['${{ matrix.args }}', ...new Set(secretArgs)].join('\n'),
          ...(secrets.length > 0 && { secrets: secrets.join('\n') }),
          tags: `\${{ matrix.image }}:${TAG}`,
          push: true,
          sbom: true,
          provenance: 'mode=max',
          'cache-from': 'type=registry,ref=${{ matrix.image }}:buildcache',
          'cache-to': 'type=registry,ref=${{ matrix.image }}:buildcache,mode=max',
        },
      },
    ],
  };
}

/** Nothing runs what has a hole that is known, is grave, and has been mended elsewhere. */
export function scanJob(images: readonly PushedImage[]): Record<string, unknown> {
  return {
    name: 'scan ${{ matrix.image }}',
    needs: ['build'],
    'runs-on': RUNNER,
    'timeout-minutes': 20,
    permissions: { packages: 'read' },
    strategy: { 'fail-fast': false, matrix: { image: images.map(({ image }) => image) } },
    steps: [
      loginStep(images),
      TAG_STEP,
      {
        name: 'Scan',
        uses: action('aquasecurity/trivy-action'),
        with: {
          'image-ref': `\${{ matrix.image }}:${TAG}`,
          severity: 'HIGH,CRITICAL',
          'ignore-unfixed': true,
          'exit-code': '1',
        },
      },
    ],
  };
}

/** By the token of the run where the registry is GitHub's: no password is kept anywhere. */
function loginStep([first]: readonly PushedImage[]): Record<string, unknown> {
  const [registry = ''] = (first?.image ?? '').split('/');
  const isGithub = registry === 'ghcr.io';
  return {
    uses: action('docker/login-action'),
    with: {
      registry,
      username: isGithub ? '${{ github.actor }}' : '${{ secrets.REGISTRY_USERNAME }}',
      password: isGithub ? '${{ secrets.GITHUB_TOKEN }}' : '${{ secrets.REGISTRY_PASSWORD }}',
    },
  };
}
