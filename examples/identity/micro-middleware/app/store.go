package app

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"authms/micro-middleware/redis"
)

// Store serves PUT and GET of /things/{id}, kept in Redis; every change is audited.
func Store(service, things string) {
	path := "/" + things + "/"
	url, audit := Setting("REDIS_URL"), Setting("AUDIT_URL")
	key := func(r *http.Request) string { return things + ":" + strings.TrimPrefix(r.URL.Path, path) }

	put := func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 10_000))
		if err != nil {
			Fail(w, http.StatusRequestEntityTooLarge, err)
			return
		}
		if _, err := redis.Do(url, "SET", key(r), string(body)); err != nil {
			Fail(w, http.StatusServiceUnavailable, err)
			return
		}
		if err := SendAudit(audit, service+": "+key(r)+" changed"); err != nil {
			Fail(w, http.StatusBadGateway, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
	get := func(w http.ResponseWriter, r *http.Request) {
		found, err := redis.Do(url, "GET", key(r))
		switch {
		case err != nil:
			Fail(w, http.StatusServiceUnavailable, err)
		case len(found) == 0:
			Fail(w, http.StatusNotFound, fmt.Errorf("there is no %s", key(r)))
		default:
			_, _ = io.WriteString(w, found[0])
		}
	}
	Run(service, map[string]http.HandlerFunc{path: func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodPut:
			put(w, r)
		case http.MethodGet:
			get(w, r)
		default:
			Fail(w, http.StatusMethodNotAllowed, fmt.Errorf("%s does not take %s", r.URL.Path, r.Method))
		}
	}})
}
