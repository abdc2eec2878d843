FROM devstack-fixture/base
LABEL devstack.fixture.server=debian-mariadb-10.11
COPY mariadb.sh /usr/local/bin/docker-entrypoint.sh
RUN mkdir -p /var/lib/mysql && chown -R mysql:mysql /var/lib/mysql
EXPOSE 3306
VOLUME /var/lib/mysql
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["mariadbd"]
