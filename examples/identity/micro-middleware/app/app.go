// Package app is the code shape of every service: where it listens, what it answers about itself, how it stops.
package app

import (
	"context"
	"encoding/json"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"authms/micro-middleware/postgres"
	"authms/micro-middleware/rabbitmq"
	"authms/micro-middleware/redis"
)

// Setting is a variable that devstack.config.ts sets; without it the service does not start.
func Setting(name string) string {
	value := os.Getenv(name)
	if value == "" {
		log.Fatalf("%s is not set; devstack.config.ts sets it", name)
	}
	return value
}

// Run serves the routes besides /healthz and /ready until SIGTERM, then finishes open requests.
func Run(name string, routes map[string]http.HandlerFunc) {
	log.SetFlags(0)
	checks := checksOf(map[string]func(address string) (string, error){
		"DATABASE_URL": postgres.Check,
		"REDIS_URL":    redis.Check,
		"AMQP_URL":     rabbitmq.Check,
	})
	var stopping atomic.Bool
	mux := http.NewServeMux()
	for path, handle := range routes {
		mux.HandleFunc(path, handle)
	}
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		Answer(w, http.StatusOK, map[string]string{"service": name})
	})
	mux.HandleFunc("/ready", func(w http.ResponseWriter, _ *http.Request) {
		status, report := http.StatusOK, map[string]string{"service": name}
		for server, check := range checks {
			found, err := check()
			if err != nil {
				status, found = http.StatusServiceUnavailable, err.Error()
			}
			report[server] = found
		}
		if stopping.Load() {
			status, report["service"] = http.StatusServiceUnavailable, name+" is stopping"
		}
		Answer(w, status, report)
	})

	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	host := os.Getenv("HOST")
	if host == "" {
		host = "127.0.0.1"
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(host, Setting("PORT")))
	if err != nil {
		log.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }()
	log.Printf("%s listens on http://%s", name, listener.Addr())

	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	log.Printf("%s: finishing open requests", <-signals)
	stopping.Store(true)
	limit, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = server.Shutdown(limit)
	log.Print("stopped")
}

// checksOf has a check for each server that this service was told of.
func checksOf(all map[string]func(address string) (string, error)) map[string]func() (string, error) {
	checks := map[string]func() (string, error){}
	for name, check := range all {
		if address, check := os.Getenv(name), check; address != "" {
			checks[strings.ToLower(strings.TrimSuffix(name, "_URL"))] = func() (string, error) { return check(address) }
		}
	}
	return checks
}

// Answer sends a value as JSON.
func Answer(w http.ResponseWriter, status int, value any) {
	w.Header().Set("content-type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value)
}

// Fail says what went wrong.
func Fail(w http.ResponseWriter, status int, err error) {
	log.Print(err)
	Answer(w, status, map[string]string{"error": err.Error()})
}
