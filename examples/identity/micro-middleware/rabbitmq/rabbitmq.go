// Package rabbitmq publishes to and consumes from one queue: as much of AMQP 0-9-1 as that takes.
package rabbitmq

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"time"
)

const (
	methodFrame = 1
	headerFrame = 2
	bodyFrame   = 3
	frameEnd    = 0xCE
	persistent  = 2
)

// Check logs in and opens the virtual host.
func Check(address string) (string, error) {
	queue, err := Open(address, "")
	if err != nil {
		return "", err
	}
	queue.Close()
	return "the virtual host is opened", nil
}

// Queue is a connection with one channel, for one durable queue.
type Queue struct {
	name       string
	connection net.Conn
	reader     *bufio.Reader
}

// Open connects, and makes the queue if it has a name and is not there.
func Open(address, name string) (*Queue, error) {
	parsed, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	connection, err := net.DialTimeout("tcp", parsed.Host, time.Second)
	if err != nil {
		return nil, fmt.Errorf("rabbitmq: %w", err)
	}
	queue := &Queue{name, connection, bufio.NewReader(connection)}
	if err := queue.begin(parsed); err != nil {
		connection.Close()
		return nil, fmt.Errorf("rabbitmq: %w", err)
	}
	return queue, nil
}

// Close says goodbye, without which the server would log a lost connection.
func (q *Queue) Close() {
	_ = q.connection.SetDeadline(time.Now().Add(time.Second))
	goodbye := method(10, 50, uint16(200), short(""), uint16(0), uint16(0))
	if _, err := q.connection.Write(frame(methodFrame, 0, goodbye)); err == nil {
		_, _ = q.expect(10, 51)
	}
	_ = q.connection.Close()
}

// Publish returns when the server has the message.
func (q *Queue) Publish(body string) error {
	_ = q.connection.SetDeadline(time.Now().Add(5 * time.Second))
	size := binary.BigEndian.AppendUint64([]byte{0, 60, 0, 0}, uint64(len(body)))
	frames := frame(methodFrame, 1, method(60, 40, uint16(0), short(""), short(q.name), byte(0)))
	frames = append(frames, frame(headerFrame, 1, append(size, 0x10, 0, persistent))...)
	frames = append(frames, frame(bodyFrame, 1, []byte(body))...)
	if _, err := q.connection.Write(frames); err != nil {
		return err
	}
	_, err := q.expect(60, 80)
	return err
}

// Consume hands every message to use, one at a time, until the connection ends.
func (q *Queue) Consume(use func(body string) error) error {
	_ = q.connection.SetDeadline(time.Time{})
	if err := q.call(60, 10, 11, uint32(0), uint16(1), byte(0)); err != nil {
		return err
	}
	if err := q.call(60, 20, 21, uint16(0), short(q.name), short(""), byte(0), uint32(0)); err != nil {
		return err
	}
	for {
		delivery, err := q.expect(60, 60)
		if err != nil {
			return err
		}
		tag := delivery[1+int(delivery[0]):][:8]
		_, header, err := q.next()
		if err != nil {
			return err
		}
		body := []byte{}
		for uint64(len(body)) < binary.BigEndian.Uint64(header[4:]) {
			_, part, err := q.next()
			if err != nil {
				return err
			}
			body = append(body, part...)
		}
		if err := use(string(body)); err != nil {
			return err
		}
		if _, err := q.connection.Write(frame(methodFrame, 1, method(60, 80, tag, byte(0)))); err != nil {
			return err
		}
	}
}

func (q *Queue) begin(address *url.URL) error {
	_ = q.connection.SetDeadline(time.Now().Add(5 * time.Second))
	if _, err := q.connection.Write([]byte("AMQP\x00\x00\x09\x01")); err != nil {
		return err
	}
	if _, err := q.expect(10, 10); err != nil {
		return err
	}
	password, _ := address.User.Password()
	login := "\x00" + address.User.Username() + "\x00" + password
	startOk := method(10, 11, uint32(0), short("PLAIN"), long(login), short("en_US"))
	if _, err := q.connection.Write(frame(methodFrame, 0, startOk)); err != nil {
		return err
	}
	tune, err := q.expect(10, 30)
	if err != nil {
		return err
	}
	// The limits it offers, and no heartbeat.
	if _, err := q.connection.Write(frame(methodFrame, 0, method(10, 31, tune[:6], uint16(0)))); err != nil {
		return err
	}
	vhost := strings.TrimPrefix(address.Path, "/")
	if vhost == "" {
		vhost = "/"
	}
	open := method(10, 40, short(vhost), short(""), byte(0))
	if _, err := q.connection.Write(frame(methodFrame, 0, open)); err != nil {
		return err
	}
	if _, err := q.expect(10, 41); err != nil || q.name == "" {
		return err
	}
	if err := q.call(20, 10, 11, short("")); err != nil {
		return err
	}
	if err := q.call(50, 10, 11, uint16(0), short(q.name), byte(0b10), uint32(0)); err != nil {
		return err
	}
	// Confirms: the server acknowledges what is published.
	return q.call(85, 10, 11, byte(0))
}

func (q *Queue) call(class, id, answer uint16, arguments ...any) error {
	if _, err := q.connection.Write(frame(methodFrame, 1, method(class, id, arguments...))); err != nil {
		return err
	}
	_, err := q.expect(class, answer)
	return err
}

// expect skips heartbeats and returns the arguments of the method.
func (q *Queue) expect(class, id uint16) ([]byte, error) {
	for {
		kind, payload, err := q.next()
		if err != nil {
			return nil, err
		}
		if kind != methodFrame {
			continue
		}
		if !bytes.Equal(payload[:4], method(class, id)) {
			return nil, fmt.Errorf("instead of method %d.%d it sends %q", class, id, payload)
		}
		return payload[4:], nil
	}
}

func (q *Queue) next() (byte, []byte, error) {
	head := make([]byte, 7)
	if _, err := io.ReadFull(q.reader, head); err != nil {
		return 0, nil, err
	}
	payload := make([]byte, binary.BigEndian.Uint32(head[3:])+1)
	_, err := io.ReadFull(q.reader, payload)
	return head[0], payload[:len(payload)-1], err
}

func frame(kind byte, channel uint16, payload []byte) []byte {
	head := binary.BigEndian.AppendUint16([]byte{kind}, channel)
	head = binary.BigEndian.AppendUint32(head, uint32(len(payload)))
	return append(append(head, payload...), frameEnd)
}

func method(class, id uint16, arguments ...any) []byte {
	buffer := &bytes.Buffer{}
	for _, value := range append([]any{class, id}, arguments...) {
		_ = binary.Write(buffer, binary.BigEndian, value)
	}
	return buffer.Bytes()
}

func short(text string) []byte { return append([]byte{byte(len(text))}, text...) }

func long(text string) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(text))), text...)
}
