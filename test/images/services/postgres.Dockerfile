FROM devstack-fixture/base
LABEL devstack.fixture.server=debian-postgresql-15
COPY postgres.sh /usr/local/bin/docker-entrypoint.sh
ENV PGDATA=/var/lib/postgresql/data
RUN sed -i "s/^#listen_addresses = 'localhost'/listen_addresses = '*'/; s#^.unix_socket_directories.*#unix_socket_directories = '/var/run/postgresql'#" /usr/share/postgresql/15/postgresql.conf.sample
RUN mkdir -p /var/lib/postgresql/data && chown -R postgres:postgres /var/lib/postgresql && chmod 1777 /var/lib/postgresql/data
EXPOSE 5432
VOLUME /var/lib/postgresql/data
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
