// Board adds up the words of all texts and serves the totals.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

var (
	lock      sync.Mutex
	totals    = map[string]int{}
	connected atomic.Bool
)

func main() {
	log.SetFlags(0)
	host := os.Getenv("HOST")
	if host == "" {
		host = "127.0.0.1"
	}
	http.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		if !connected.Load() {
			http.Error(w, "nats does not answer", http.StatusServiceUnavailable)
		}
	})
	http.HandleFunc("/totals", func(w http.ResponseWriter, _ *http.Request) {
		lock.Lock()
		defer lock.Unlock()
		_ = json.NewEncoder(w).Encode(totals)
	})
	listener, err := net.Listen("tcp", net.JoinHostPort(host, os.Getenv("PORT")))
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("board listens on http://%s", listener.Addr())
	go func() { log.Fatal(http.Serve(listener, nil)) }()
	go func() {
		for {
			log.Printf("nats: %s", listen(os.Getenv("NATS_URL")))
			connected.Store(false)
			time.Sleep(time.Second)
		}
	}()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	<-signals
	log.Print("stopped")
}

// listen takes counts from the bus until the connection ends. The protocol of NATS is lines of text.
func listen(address string) error {
	parsed, err := url.Parse(address)
	if err != nil {
		return err
	}
	connection, err := net.Dial("tcp", parsed.Host)
	if err != nil {
		return err
	}
	defer connection.Close()
	fmt.Fprint(connection, "CONNECT {\"verbose\":false}\r\nSUB counts 1\r\nPING\r\n")
	reader := bufio.NewReader(connection)
	for {
		line, err := reader.ReadString('\n')
		if err != nil {
			return err
		}
		words := strings.Fields(line)
		switch {
		case line == "PING\r\n":
			fmt.Fprint(connection, "PONG\r\n")
		case line == "PONG\r\n":
			connected.Store(true)
		case strings.HasPrefix(line, "-ERR"):
			return fmt.Errorf("%s", strings.TrimSpace(line))
		case strings.HasPrefix(line, "MSG"):
			size, err := strconv.Atoi(words[len(words)-1])
			if err != nil {
				return err
			}
			payload := make([]byte, size+2)
			if _, err := io.ReadFull(reader, payload); err != nil {
				return err
			}
			add(payload[:size])
		}
	}
}

func add(payload []byte) {
	counts := map[string]int{}
	if err := json.Unmarshal(payload, &counts); err != nil {
		log.Printf("not counts: %s", err)
		return
	}
	lock.Lock()
	defer lock.Unlock()
	for word, count := range counts {
		totals[word] += count
	}
	log.Printf("%d words known", len(totals))
}
