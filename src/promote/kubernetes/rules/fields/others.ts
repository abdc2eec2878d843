/** The fields of kinds that the schemas of the other tables leave out, from their references; types that are there count too. */
export const OTHER_FIELDS: { readonly [type: string]: string } = {
  'v1/ResourceQuota': 'apiVersion:s kind:s metadata:ObjectMeta spec:ResourceQuotaSpec status:o',
  ResourceQuotaSpec: 'hard:{}q scopes:[]s scopeSelector:o',
  'v1/LimitRange': 'apiVersion:s kind:s metadata:ObjectMeta spec:LimitRangeSpec',
  LimitRangeSpec: 'limits:[]LimitRangeItem',
  LimitRangeItem: 'type:s max:{}q min:{}q default:{}q defaultRequest:{}q maxLimitRequestRatio:{}q',

  // Operators that publish no types: the RabbitMQ cluster operator, the MongoDB community operator, the Redis operator of OpsTree.
  'rabbitmq.com/v1beta1/RabbitmqCluster': 'apiVersion:s kind:s metadata:ObjectMeta spec:RabbitmqSpec status:o',
  RabbitmqSpec:
    'replicas:i image:s imagePullSecrets:[]LocalObjectReference service:RabbitmqService persistence:RabbitmqPersistence resources:ResourceRequirements affinity:Affinity tolerations:[]Toleration rabbitmq:RabbitmqConfiguration tls:RabbitmqTls override:RabbitmqOverride skipPostDeploySteps:b terminationGracePeriodSeconds:i delayStartSeconds:i secretBackend:RabbitmqSecretBackend autoEnableAllFeatureFlags:b',
  RabbitmqService: 'type:s annotations:{}s labels:{}s ipFamilyPolicy:s',
  RabbitmqPersistence: 'storageClassName:s storage:q emptyDir:EmptyDirVolumeSource',
  RabbitmqConfiguration: 'additionalPlugins:[]s additionalConfig:s advancedConfig:s envConfig:s erlangInetConfig:s',
  RabbitmqTls: 'secretName:s caSecretName:s disableNonTLSListeners:b',
  RabbitmqOverride: 'service:o statefulSet:o',
  RabbitmqSecretBackend: 'vault:RabbitmqVault externalSecret:LocalObjectReference',
  RabbitmqVault: 'role:s annotations:{}s defaultUserPath:s defaultUserUpdaterImage:s tls:RabbitmqVaultTls',
  RabbitmqVaultTls: 'pkiIssuerPath:s pkiRootPath:s commonName:s altNames:s ipSans:s',

  'mongodbcommunity.mongodb.com/v1/MongoDBCommunity':
    'apiVersion:s kind:s metadata:ObjectMeta spec:MongodbSpec status:o',
  MongodbSpec:
    'members:i arbiters:i type:s version:s featureCompatibilityVersion:s replicaSetHorizons:[]{}s security:MongodbSecurity users:[]MongodbUser statefulSet:MongodbStatefulSet agent:MongodbAgent additionalMongodConfig:o additionalConnectionStringConfig:o automationConfig:o prometheus:MongodbPrometheus memberConfig:[]MongodbMember',
  MongodbSecurity: 'authentication:MongodbAuthentication tls:MongodbTls roles:[]o',
  MongodbAuthentication: 'modes:[]s agentMode:s agentCertificateSecretRef:LocalObjectReference ignoreUnknownUsers:b',
  MongodbTls:
    'enabled:b optional:b certificateKeySecretRef:LocalObjectReference caCertificateSecretRef:LocalObjectReference caConfigMapRef:LocalObjectReference',
  MongodbUser:
    'name:s db:s passwordSecretRef:MongodbSecretKey roles:[]MongodbRole scramCredentialsSecretName:s connectionStringSecretName:s connectionStringSecretNamespace:s connectionStringSecretAnnotations:{}s additionalConnectionStringConfig:o',
  MongodbSecretKey: 'name:s key:s',
  MongodbRole: 'name:s db:s',
  MongodbStatefulSet: 'spec:o metadata:MongodbMetadata',
  MongodbMetadata: 'labels:{}s annotations:{}s',
  MongodbAgent:
    'logLevel:s logFile:s maxLogFileDurationHours:i systemLog:MongodbSystemLog logRotate:o auditLogRotate:o',
  MongodbSystemLog: 'destination:s path:s logAppend:b',
  MongodbPrometheus:
    'username:s passwordSecretRef:MongodbSecretKey port:i metricsPath:s tlsSecretKeyRef:MongodbSecretKey',
  MongodbMember: 'votes:i priority:s tags:{}s',

  'redis.redis.opstreelabs.in/v1beta2/RedisReplication':
    'apiVersion:s kind:s metadata:ObjectMeta spec:RedisReplicationSpec status:o',
  RedisReplicationSpec:
    'clusterSize:i kubernetesConfig:RedisKubernetes redisExporter:RedisExporter redisConfig:RedisConfiguration storage:RedisStorage nodeSelector:{}s podSecurityContext:PodSecurityContext securityContext:SecurityContext priorityClassName:s affinity:Affinity tolerations:[]Toleration TLS:RedisTls pdb:RedisPdb acl:RedisAcl readinessProbe:Probe livenessProbe:Probe initContainer:o sidecars:[]o serviceAccountName:s terminationGracePeriodSeconds:i env:[]EnvVar hostPort:i topologySpreadConstraints:[]TopologySpreadConstraint podManagementPolicy:s sentinel:o',
  'redis.redis.opstreelabs.in/v1beta2/RedisSentinel':
    'apiVersion:s kind:s metadata:ObjectMeta spec:RedisSentinelSpec status:o',
  RedisSentinelSpec:
    'clusterSize:i kubernetesConfig:RedisKubernetes redisExporter:RedisExporter redisSentinelConfig:RedisSentinelConfiguration volumeMount:RedisMounts nodeSelector:{}s podSecurityContext:PodSecurityContext securityContext:SecurityContext priorityClassName:s affinity:Affinity tolerations:[]Toleration TLS:RedisTls pdb:RedisPdb readinessProbe:Probe livenessProbe:Probe initContainer:o sidecars:[]o serviceAccountName:s terminationGracePeriodSeconds:i env:[]EnvVar hostPort:i topologySpreadConstraints:[]TopologySpreadConstraint podManagementPolicy:s',
  RedisKubernetes:
    'image:s imagePullPolicy:s resources:ResourceRequirements redisSecret:RedisSecretKey imagePullSecrets:[]LocalObjectReference updateStrategy:StatefulSetUpdateStrategy persistentVolumeClaimRetentionPolicy:StatefulSetPersistentVolumeClaimRetentionPolicy service:o ignoreAnnotations:[]s minReadySeconds:i',
  RedisSecretKey: 'name:s key:s',
  RedisExporter:
    'enabled:b image:s port:i resources:ResourceRequirements imagePullPolicy:s env:[]EnvVar securityContext:SecurityContext',
  RedisConfiguration: 'additionalRedisConfig:s dynamicConfig:[]s maxMemoryPercentOfLimit:i',
  RedisStorage: 'keepAfterDelete:b volumeClaimTemplate:o volumeMount:RedisMounts',
  RedisMounts: 'mountPath:[]VolumeMount volume:[]Volume',
  RedisTls: 'ca:s cert:s key:s secret:SecretVolumeSource',
  RedisPdb: 'enabled:b minAvailable:i maxUnavailable:i',
  RedisAcl: 'secret:SecretVolumeSource persistentVolumeClaim:s',
  RedisSentinelConfiguration:
    'redisReplicationName:s redisReplicationPassword:EnvVarSource masterGroupName:s redisPort:s quorum:s parallelSyncs:s failoverTimeout:s downAfterMilliseconds:s additionalSentinelConfig:s resolveHostnames:s announceHostnames:s',
};
