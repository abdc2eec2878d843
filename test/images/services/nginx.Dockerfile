FROM devstack-fixture/base
LABEL devstack.fixture.server=debian-nginx-1.22
COPY nginx.sh /usr/local/bin/docker-entrypoint.sh
RUN mkdir -p /etc/nginx/conf.d /usr/share/nginx/html /var/log/nginx && ln -sf /dev/stdout /var/log/nginx/access.log && ln -sf /dev/stderr /var/log/nginx/error.log && printf 'server { listen 80; root /usr/share/nginx/html; }\n' >/etc/nginx/conf.d/default.conf && printf 'user nginx;\nevents{}\nhttp { include /etc/nginx/mime.types; access_log /var/log/nginx/access.log; include /etc/nginx/conf.d/*.conf; }\n' >/etc/nginx/nginx.conf && echo hello >/usr/share/nginx/html/index.html
EXPOSE 80
STOPSIGNAL SIGQUIT
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["nginx", "-g", "daemon off;"]
