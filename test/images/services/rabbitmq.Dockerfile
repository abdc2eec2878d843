FROM devstack-fixture/base
LABEL devstack.fixture.server=debian-rabbitmq-3.10
COPY rabbitmq.sh /usr/local/bin/docker-entrypoint.sh
ENV PATH=/usr/local/bin:/usr/lib/rabbitmq/bin:/usr/sbin:/usr/bin HOME=/var/lib/rabbitmq
RUN mkdir -p /etc/rabbitmq && echo '[rabbitmq_management,rabbitmq_prometheus].' >/etc/rabbitmq/enabled_plugins && mkdir -p /var/lib/rabbitmq /var/log/rabbitmq && printf fixturecookie >/var/lib/rabbitmq/.erlang.cookie && chmod 400 /var/lib/rabbitmq/.erlang.cookie && chown -R rabbitmq:rabbitmq /var/lib/rabbitmq
EXPOSE 4369 5671 5672 15672 15692 25672
VOLUME /var/lib/rabbitmq
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["rabbitmq-server"]
