import type { LocalCluster } from '../core/cluster.ts';
import { k3d } from './k3d.ts';
import { kind } from './kind.ts';
import { minikube } from './minikube.ts';
import type { ClusterProvider } from './provider.ts';

export const providers: Readonly<Record<LocalCluster, ClusterProvider>> = { kind, k3d, minikube };
