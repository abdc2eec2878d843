FROM devstack-fixture/base
LABEL devstack.fixture.server=debian-nats-2.9
COPY nats.sh /usr/local/bin/docker-entrypoint.sh
EXPOSE 4222 6222 8222
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["nats-server", "-m", "8222"]
