FROM devstack-fixture/base
LABEL devstack.fixture.server=debian-redis-7.0
COPY redis.sh /usr/local/bin/docker-entrypoint.sh
RUN mkdir -p /data && chown redis:redis /data
EXPOSE 6379
VOLUME /data
WORKDIR /data
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["redis-server"]
