package main

import (
	"errors"
	"io"
	"log"
	"net/http"
	"time"

	"authms/micro-middleware/app"
	"authms/micro-middleware/rabbitmq"
	"authms/micro-middleware/redis"
)

const key = "audit:lines"

func main() {
	switch role := app.Setting("ROLE"); role {
	case "api":
		app.Run("audit-service api", map[string]http.HandlerFunc{"/audit": api})
	case "processor":
		go process()
		app.Run("audit-service processor", nil)
	default:
		log.Fatalf("ROLE is %q; there are api and processor", role)
	}
}

// POST queues a line, GET lists what the processor has kept, newest first.
func api(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		lines, err := redis.Do(app.Setting("REDIS_URL"), "LRANGE", key, "0", "99")
		if err != nil {
			app.Fail(w, http.StatusServiceUnavailable, err)
			return
		}
		app.Answer(w, http.StatusOK, lines)
		return
	}
	line, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 10_000))
	if err != nil {
		app.Fail(w, http.StatusRequestEntityTooLarge, err)
		return
	}
	if !app.IsSigned(string(line), r.Header.Get("x-signature")) {
		app.Fail(w, http.StatusForbidden, errors.New("not signed by one of our services"))
		return
	}
	if err := publish(string(line)); err != nil {
		app.Fail(w, http.StatusServiceUnavailable, err)
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

func publish(line string) error {
	queue, err := rabbitmq.Open(app.Setting("AMQP_URL"), app.Setting("AUDIT_QUEUE"))
	if err != nil {
		return err
	}
	defer queue.Close()
	return queue.Publish(line)
}

// process keeps what is queued; a lost connection is opened again.
func process() {
	for {
		queue, err := rabbitmq.Open(app.Setting("AMQP_URL"), app.Setting("AUDIT_QUEUE"))
		if err == nil {
			log.Print("waiting for lines")
			err = queue.Consume(keep)
			queue.Close()
		}
		log.Printf("starting over: %s", err)
		time.Sleep(time.Second)
	}
}

func keep(line string) error {
	_, err := redis.Do(app.Setting("REDIS_URL"), "LPUSH", key, line)
	if err == nil {
		log.Printf("kept %q", line)
	}
	return err
}
