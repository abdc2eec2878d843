FROM devstack-fixture/base
LABEL devstack.fixture.server=debian-mariadb-10.11
COPY mariadb.sh /usr/local/bin/docker-entrypoint.sh
EXPOSE 3306
VOLUME /var/lib/mysql
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["mariadbd"]
